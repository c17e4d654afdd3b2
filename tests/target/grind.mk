# Random system calls with nasty arguments by the million: see tests/target/grind.c. The target tests run a hundred thousand.

GRIND_CALLS ?= 1000000
GRIND_SEEDS ?= 10

.PHONY: test-grind
test-grind: $(BUILD)/$(IMAGE_BOARD)/test-grind/kernel8.img ## 10 seeds of a million random system calls on BOARD, each seed twice; GRIND_CALLS=n GRIND_SEEDS=n
	tests/target/run.py --board $(BOARD) --build $(BUILD) --icount --seeds $(GRIND_SEEDS) --patience 10 \
		--arguments 'calls=$(GRIND_CALLS) seed=@seed text=@kernel_main rodata=@board data=@cores tables=@early_tables queue=@queue' grind
