# Instructions per operation, counted by QEMU: see tests/bench/run.py.

.PHONY: bench
bench: $(BUILD)/virt/bench/kernel8.img ## count instructions per operation, beside the goals; writes build/bench.json
	tests/bench/run.py --image $< --json $(BUILD)/bench.json
