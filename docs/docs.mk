# The lesson: what docs/how-it-works.md tells, shown by the machine at hand, and
# the tests that hold the tour and the template to the truth.
#
# Needs   strace, graphviz, bpftool, jq; root.  diagrams: npm and chromium.
# Gives   inspect, trace-syscalls, graph, diagrams; test-docs, a layer of `make test`
# Yours   PROBES=1; PID=1234 or the newest bootstrap; CHROMIUM=path

PID = $(shell pgrep -nx bootstrap)

.PHONY: inspect trace-syscalls graph update-graph diagrams test-docs
#: make inspect          the sections of bootstrap.bpf.o and what each is for
inspect: $(OUTPUT)/bootstrap.bpf.o
	@docs/inspect $<

#: make trace-syscalls   the system calls of a start, live (root); PROBES=1: libbpf's probes, too
trace-syscalls: bootstrap
	@$(SUDO) docs/trace-syscalls $(if $(PROBES),-a) ./bootstrap -t 1

#: make graph            draws what a running bootstrap holds, in .output/graph.svg (root); PID=1234
graph: | $(OUTPUT) check-bpftool
	@test -n "$(PID)" || { echo >&2 'no bootstrap is running: start one in another terminal, or give PID='; exit 1; }
	@$(SUDO) env BPFTOOL='$(BPFTOOL)' docs/graph $(PID) > $(OUTPUT)/graph.dot
	@dot -Tsvg $(OUTPUT)/graph.dot > $(OUTPUT)/graph.svg
	@echo '  GRAPH   $(OUTPUT)/graph.svg'

# The picture in the tour, for when it has to change: a bootstrap with no
# options, and no numbers.
update-graph: bootstrap | check-bpftool
	$(Q)./bootstrap > $(OUTPUT)/graph.out 2>/dev/null </dev/null & pid=$$!; \
	    until grep -q TIME $(OUTPUT)/graph.out; do kill -0 $$pid || exit 1; sleep 0.1; done; \
	    BPFTOOL='$(BPFTOOL)' docs/graph -n $$pid > docs/graph.dot; kill $$pid
	$(Q)dot -Tsvg docs/graph.dot > docs/graph.svg

# Do the Mermaid diagrams parse?  Draws each as .output/diagrams/N.png.  Not part
# of `make test`: it takes a browser and fetches Mermaid's command with npm.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
MMDC     := $(OUTPUT)/mermaid/node_modules/.bin/mmdc
diagrams: $(MMDC) | $(OUTPUT)
	@test -n "$(CHROMIUM)" || { echo >&2 'chromium is missing: install it, or set CHROMIUM=path'; exit 1; }
	@docs/diagrams "$(CHROMIUM)" $(MMDC) $(OUTPUT)/diagrams docs/how-it-works.md
$(MMDC):
	$(Q)PUPPETEER_SKIP_DOWNLOAD=1 npm install --silent --no-audit --no-fund --prefix $(OUTPUT)/mermaid @mermaid-js/mermaid-cli

TEST_LAYERS += docs

test-docs: all
	tests/run docs
