# Life against the serial reference under many interleavings: see tests/target/sweep.py.

.PHONY: test-sweep
test-sweep: $(BUILD)/$(IMAGE_BOARD)/test-life_reference/kernel8.img ## Life against the reference on BOARD, 20 seeds at 3 quanta
	tests/target/sweep.py --board $(BOARD) --build $(BUILD)
