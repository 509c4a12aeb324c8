# The README, docs/, the man page and the completions, compared with the program.
#
# Needs   mandoc, zsh, fish, jq, perl; root, for the examples are run.
# Gives   test-manual

TEST_LAYERS += manual

#: make test-manual      compares the documentation and the completions with the program (root)
.PHONY: test-manual
test-manual: all
	tests/run manual
