# The tests of the window: on a virtual screen when Xvfb, xdotool and ImageMagick are there; else those that need none.

.PHONY: test-window
test-window: $(BUILD)/petri-view ## try the viewer's window on a virtual screen
	python3 tests/window_test.py $(BUILD)/petri-view

.PHONY: pictures
pictures: $(BUILD)/petri-view $(BUILD)/virt/life/kernel8.img ## make the pictures in docs/ anew
	python3 tests/window_pictures.py $(BUILD)/petri-view
