# The formats and the arguments, from the kernel to the output file.
#
# Needs   jq; root; a cgroup v2 mount
# Gives   test-formats

TEST_LAYERS += formats
NEEDS_formats := all $(WORKLOADS)
