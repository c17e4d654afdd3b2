# What threads can do to each other, at random, for long, on several cores: see tests/target/soak.c. The target tests do so for a moment.

SOAK_SECONDS ?= 600
SOAK_SEEDS ?= 20
SOAK_CORES ?= 4
SOAK_ROUND := 5

.PHONY: test-soak
test-soak: $(BUILD)/$(IMAGE_BOARD)/test-soak/kernel8.img ## 10 minutes on BOARD of all that threads on 4 cores can do to each other, and 20 seeds under icount; SOAK_SECONDS=n SOAK_SEEDS=n SOAK_CORES=n
	tests/target/run.py --board $(BOARD) --build $(BUILD) --cores $(SOAK_CORES) --patience $$(($(SOAK_SECONDS) / 30 + 1)) \
		--arguments "ms=$(SOAK_ROUND)000 rounds=$$((($(SOAK_SECONDS) + $(SOAK_ROUND) - 1) / $(SOAK_ROUND)))" soak; code=$$?; \
	tests/target/run.py --board $(BOARD) --build $(BUILD) --cores $(SOAK_CORES) --icount --seeds $(SOAK_SEEDS) soak && exit $$code
