# The tests of the window: on a virtual screen when Xvfb, xdotool and ImageMagick are there; else those that need none.

.PHONY: test-window
test-window: $(BUILD)/petri-view ## try the viewer's window on a virtual screen
	python3 tests/window_test.py $(BUILD)/petri-view
