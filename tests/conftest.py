"""What all tests need."""

import signal

# A shell that starts the tests in the background tells them to ignore Ctrl-C, and every program
# started from here would inherit that; but the programs under test are to be stopped by it.
signal.signal(signal.SIGINT, signal.default_int_handler)
