# Life against the serial reference under many interleavings: see tests/target/sweep.py.

SWEEP_SEEDS ?= 20
SWEEP_OTHERS ?= 3

.PHONY: test-sweep
test-sweep: $(patsubst %,$(BUILD)/$(IMAGE_BOARD)/test-life_%/kernel8.img,reference neighbour channel) ## Life against the reference on BOARD, 20 seeds at 3 quanta; without a barrier 3 seeds; SWEEP_SEEDS=n SWEEP_OTHERS=n
	tests/target/sweep.py --board $(BOARD) $(if $(CORES),--cores $(CORES)) --build $(BUILD) --seeds $(SWEEP_SEEDS)
	tests/target/sweep.py --board $(BOARD) $(if $(CORES),--cores $(CORES)) --build $(BUILD) --seeds $(SWEEP_OTHERS) life_neighbour
	tests/target/sweep.py --board $(BOARD) $(if $(CORES),--cores $(CORES)) --build $(BUILD) --seeds $(SWEEP_OTHERS) life_channel
