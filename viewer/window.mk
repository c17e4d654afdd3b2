# The tests of the window: on a virtual screen when Xvfb, xdotool and ImageMagick are there; else those that need none.

.PHONY: test-window
test-window: $(BUILD)/petri-view ## try the viewer's window on a virtual screen
	@one=0; python3 tests/window_test.py $(BUILD)/petri-view || one=1; python3 tests/phil_window_test.py $(BUILD)/petri-view || one=1; exit $$one

.PHONY: pictures
pictures: $(BUILD)/petri-view $(BUILD)/virt/life/kernel8.img $(BUILD)/virt/philosophers/kernel8.img ## make the pictures in docs/ anew
	python3 tests/window_pictures.py $(BUILD)/petri-view
