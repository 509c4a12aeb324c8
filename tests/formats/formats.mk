# The formats and the arguments, from the kernel to the file.
#
# Needs   jq; root; a cgroup v2 mount
# Gives   test-formats

TEST_LAYERS += formats

#: make test-formats     JSON, traces, summaries and arguments of real processes
.PHONY: test-formats
test-formats: all $(WORKLOADS)
	tests/run formats
