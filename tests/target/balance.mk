# How the work is shared out among four cores: see tests/balance_test.py.

.PHONY: test-balance
test-balance: $(BUILD)/virt/life/kernel8.img $(BUILD)/petri-view ## Life on four cores: shares of the steps, steals, instructions and wall clock against one core
	tests/balance_test.py --build $(BUILD)
