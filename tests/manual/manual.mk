# The README, docs/, the man page and the completions, compared with the program.
#
# Needs   mandoc, zsh, fish, jq, perl; root, because the examples are run.
# Gives   test-manual

TEST_LAYERS  += manual
NEEDS_manual := all

#: make test-manual      compares the documentation and the completions with the program (root)
