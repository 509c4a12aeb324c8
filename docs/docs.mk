# The lesson: what docs/how-it-works.md says, shown by the machine at hand, and the
# tests that compare the pages and the template with the program.
#
# Needs   strace, graphviz, bpftool, jq, perl; root.  diagrams: npm and chromium.
# Gives   inspect, trace-syscalls, load-diagram, graph, update-graph, update-manual,
#         diagrams;
#         test-docs, a layer of `make test`
# Yours   PROBES=1; PID=1234 or the newest bootstrap; CHROMIUM=path

PID = $(shell pgrep -nx bootstrap)

.PHONY: inspect trace-syscalls load-diagram graph update-graph update-manual diagrams
#: make inspect          the sections of bootstrap.bpf.o and what each is for
inspect: $(OUTPUT)/bootstrap.bpf.o
	@docs/inspect $<

#: make trace-syscalls   the system calls of a start, live (root); PROBES=1 includes libbpf's probes
trace-syscalls: bootstrap
	@$(SUDO) docs/trace-syscalls $(if $(PROBES),-a) ./bootstrap -t 1

#: make load-diagram     draws them in docs/load.svg, with descriptors and call stacks (root)
load-diagram: bootstrap | $(OUTPUT)
	$(Q)$(SUDO) docs/trace-syscalls -r ./bootstrap -t 1 > $(OUTPUT)/calls
	$(Q)docs/load-diagram ./bootstrap < $(OUTPUT)/calls > $(OUTPUT)/load.svg
	$(Q)mv $(OUTPUT)/load.svg docs/load.svg
	$(call say,DRAW,docs/load.svg)

#: make graph            draws what a running bootstrap holds, in .output/graph.svg (root); PID=1234
graph: | $(OUTPUT) check-bpftool
	@test -n "$(PID)" || { echo >&2 'no bootstrap is running: start one in another terminal, or give PID='; exit 1; }
	@$(SUDO) env BPFTOOL='$(BPFTOOL)' docs/graph $(PID) > $(OUTPUT)/graph.dot
	@dot -Tsvg $(OUTPUT)/graph.dot > $(OUTPUT)/graph.svg
	@echo '  GRAPH   $(OUTPUT)/graph.svg'

# Draws the picture of how-it-works.md again: a bootstrap without options, and
# without numbers.
update-graph: bootstrap | check-bpftool
	$(Q)./bootstrap > $(OUTPUT)/graph.out 2>/dev/null </dev/null & pid=$$!; \
	    until grep -q TIME $(OUTPUT)/graph.out; do kill -0 $$pid || exit 1; sleep 0.1; done; \
	    BPFTOOL='$(BPFTOOL)' docs/graph -n $$pid > docs/graph.dot; kill $$pid
	$(Q)dot -Tsvg docs/graph.dot > docs/graph.svg

# Fills in the lists of the manual that docs/ has as tables.
update-manual:
	$(Q)docs/mdoc < src/bootstrap.8 > $(OUTPUT)/bootstrap.8
	$(Q)cp $(OUTPUT)/bootstrap.8 src/bootstrap.8

# Do the Mermaid diagrams parse?  Draws each as .output/diagrams/N.png.  Not part
# of `make test`: it needs a browser, and downloads Mermaid's command with npm.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
MMDC     := $(OUTPUT)/mermaid/node_modules/.bin/mmdc
diagrams: $(MMDC) | $(OUTPUT)
	@test -n "$(CHROMIUM)" || { echo >&2 'chromium is missing: install it, or set CHROMIUM=path'; exit 1; }
	@docs/diagrams "$(CHROMIUM)" $(MMDC) $(OUTPUT)/diagrams docs/how-it-works.md
$(MMDC):
	$(Q)PUPPETEER_SKIP_DOWNLOAD=1 npm install --silent --no-audit --no-fund --prefix $(OUTPUT)/mermaid @mermaid-js/mermaid-cli

TEST_LAYERS += docs
NEEDS_docs  := all
