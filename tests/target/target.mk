# The tests that run on a board (under QEMU): one image per property. See tests/target/run.py.

TARGET_TESTS := $(patsubst tests/target/%.c,%,$(wildcard tests/target/*.c))
target_images = $(TARGET_TESTS:%=$(BUILD)/$(1)/test-%/kernel8.img)
# handed on to run.py: NAME limits the run to some tests
TEST_OPTIONS ?=
TARGET_OPTIONS := $(TEST_OPTIONS) $(if $(SEED),--seed $(SEED)) $(if $(QUANTUM),--quantum $(QUANTUM)) $(if $(CORES),--cores $(CORES)) --build $(BUILD)

.PHONY: target-images test-target test-icount test-free test-target-all
target-images: $(call target_images,$(IMAGE_BOARD)) ## build the images of the target tests for BOARD

test-target: target-images ## run the target tests on BOARD, deterministic and free-running; CORES=n NAME="..." chooses some
	tests/target/run.py --board $(BOARD) $(TARGET_OPTIONS) --icount $(NAME); code=$$?; \
	tests/target/run.py --board $(BOARD) $(TARGET_OPTIONS) $(NAME) && exit $$code

test-icount: target-images ## the deterministic half of test-target; TEST_OPTIONS="options of tests/target/run.py"
	tests/target/run.py --board $(BOARD) $(TARGET_OPTIONS) --icount $(NAME)

test-free: target-images ## the free-running half of it
	tests/target/run.py --board $(BOARD) $(TARGET_OPTIONS) $(NAME)

.PHONY: test-seeds
test-seeds: target-images ## the target tests on BOARD under 20 seeds, deterministic: a night's work; CORES=n SEEDS=n NAME="..."
	tests/target/run.py --board $(BOARD) $(TARGET_OPTIONS) --icount --seeds $(or $(SEEDS),20) --patience 4 $(NAME)

test-target-all: $(call target_images,virt) $(call target_images,rpi3) ## run the target tests on all boards
	tests/target/run.py --board virt $(TARGET_OPTIONS) --icount $(NAME)
	tests/target/run.py --board virt $(TARGET_OPTIONS) $(NAME)
	tests/target/run.py --board rpi3 $(TARGET_OPTIONS) --icount $(NAME)
	tests/target/run.py --board rpi3 $(TARGET_OPTIONS) $(NAME)
	tests/target/run.py --board zero2w $(TARGET_OPTIONS) --icount $(NAME)
	tests/target/run.py --board zero2w $(TARGET_OPTIONS) $(NAME)

.PHONY: test-philosophers
test-philosophers: $(BUILD)/$(IMAGE_BOARD)/philosophers/kernel8.img ## the philosophers commanded over the wire, on BOARD; NAME="..." chooses some
	tests/philosophers_test.py --board $(BOARD) $(if $(CORES),--cores $(CORES)) --build $(BUILD) $(NAME)

# minutes, and 1 GiB of the host's memory
.PHONY: test-scale
test-scale: $(BUILD)/virt/life/kernel8.img $(BUILD)/rpi3/life/kernel8.img $(BUILD)/petri-view ## 1,048,576 cell threads on virt and rpi3, four cores and one, with the table of docs/scale.md
	tests/scale_test.py --side 1024 --table --build $(BUILD)

.PHONY: test-life-faults
test-life-faults: $(BUILD)/$(IMAGE_BOARD)/life/kernel8.img $(BUILD)/petri-view ## a dish in which a hundred cells fault, in both modes, on BOARD
	tests/life_faults_test.py --board $(BOARD) --build $(BUILD)

.PHONY: test-life-sync
test-life-sync: $(BUILD)/$(IMAGE_BOARD)/life/kernel8.img $(BUILD)/petri-view ## Life by barrier, neighbours and channels, end to end, on BOARD
	tests/life_sync_test.py --board $(BOARD) --build $(BUILD)
