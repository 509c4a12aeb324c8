# The lesson: tests that hold docs/ and the template to the truth.
#
# Needs   graphviz, strace, bpftool; root.
# Gives   test-docs, a layer of `make test`.

TEST_LAYERS += docs

.PHONY: test-docs
test-docs: all
	tests/run docs
