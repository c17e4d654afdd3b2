# Instructions per operation, counted by QEMU: see tests/bench/run.py. ACCOUNT: which instructions these are, see tests/bench/account.py.

ACCOUNT ?=

.PHONY: bench
bench: $(BUILD)/virt/bench/kernel8.img ## count instructions per operation, beside the goals; writes build/bench.json; ACCOUNT="KEY... --path"
	$(if $(ACCOUNT),tests/bench/account.py --cores $(CORES) --image $< --app $(BUILD)/app/bench.elf $(ACCOUNT),tests/bench/run.py --cores $(CORES) --image $< --json $(BUILD)/bench.json)
