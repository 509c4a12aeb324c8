# The tests of the test harness: tests/run and tests/sandbox.
#
# Needs   root, what the layers unit, cli and live need
# Gives   test-harness

TEST_LAYERS += harness
NEEDS_harness := all $(UNIT_BINS) $(UNIT_ASAN) $(WORKLOADS)
