# Life against the serial reference under many interleavings: see tests/target/sweep.py.

.PHONY: test-sweep
test-sweep: $(patsubst %,$(BUILD)/$(IMAGE_BOARD)/test-life_%/kernel8.img,reference neighbour channel) ## Life against the reference on BOARD, 20 seeds at 3 quanta; without a barrier 3 seeds
	tests/target/sweep.py --board $(BOARD) $(if $(CORES),--cores $(CORES)) --build $(BUILD)
	tests/target/sweep.py --board $(BOARD) $(if $(CORES),--cores $(CORES)) --build $(BUILD) --seeds 3 life_neighbour
	tests/target/sweep.py --board $(BOARD) $(if $(CORES),--cores $(CORES)) --build $(BUILD) --seeds 3 life_channel
