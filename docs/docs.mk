# The lesson: goals that show the facts of docs/how-it-works.md on this machine, and
# the tests that compare the pages and the template with the program.
#
# Needs   strace, graphviz, bpftool, jq, perl; root.  diagrams: npm and chromium.
# Gives   inspect, trace-syscalls, load-diagram, graph, update-graph, update-manual,
#         diagrams;
#         test-docs, a layer of `make test`
# Yours   PROBES=1; PID=1234 or the newest bootstrap; CHROMIUM=path

PID = $(shell pgrep -nx bootstrap)

.PHONY: inspect trace-syscalls load-diagram graph update-graph update-manual diagrams
#: make inspect          lists the sections of bootstrap.bpf.o and their purposes
inspect: $(OUTPUT)/bootstrap.bpf.o
	@docs/inspect $<

#: make trace-syscalls   traces the system calls of a start (root); PROBES=1 includes libbpf's probes
trace-syscalls: bootstrap
	@$(SUDO) docs/trace-syscalls $(if $(PROBES),-a) ./bootstrap -t 1

#: make load-diagram     draws them in docs/load.svg, with descriptors and call stacks (root)
load-diagram: bootstrap | $(OUTPUT)
	$(Q)$(SUDO) docs/trace-syscalls -r ./bootstrap -t 1 > $(OUTPUT)/calls
	$(Q)docs/load-diagram ./bootstrap < $(OUTPUT)/calls > $(OUTPUT)/load.svg
	$(Q)mv $(OUTPUT)/load.svg docs/load.svg
	$(call say,DRAW,docs/load.svg)

#: make graph            draws the objects of a running bootstrap in .output/graph.svg (root); PID=1234
graph: | $(OUTPUT) check-bpftool
	@test -n "$(PID)" || { echo >&2 'no bootstrap is running: start one in another terminal, or give PID='; exit 1; }
	@$(SUDO) env BPFTOOL='$(BPFTOOL)' docs/graph $(PID) > $(OUTPUT)/graph.dot
	@dot -Tsvg $(OUTPUT)/graph.dot > $(OUTPUT)/graph.svg
	@echo '  GRAPH   $(OUTPUT)/graph.svg'

# Redraws the picture in how-it-works.md: a bootstrap without options, without
# numbers.
update-graph: bootstrap | check-bpftool
	$(Q)./bootstrap > $(OUTPUT)/graph.out 2>/dev/null </dev/null & pid=$$!; \
	    until grep -q TIME $(OUTPUT)/graph.out; do kill -0 $$pid || exit 1; sleep 0.1; done; \
	    BPFTOOL='$(BPFTOOL)' docs/graph -n $$pid > docs/graph.dot; kill $$pid
	$(Q)dot -Tsvg docs/graph.dot > docs/graph.svg

# Updates the lists in the manual from the tables in docs/.
update-manual:
	$(Q)docs/mdoc < src/bootstrap.8 > $(OUTPUT)/bootstrap.8
	$(Q)cp $(OUTPUT)/bootstrap.8 src/bootstrap.8

# Checks that the Mermaid diagrams parse, and draws each as .output/diagrams/N.png.  Not
# part of `make test`: it needs a browser, and downloads Mermaid's command with npm.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
MMDC     := $(OUTPUT)/mermaid/node_modules/.bin/mmdc
diagrams: $(MMDC) | $(OUTPUT)
	@test -n "$(CHROMIUM)" || { echo >&2 'chromium is missing; install it or set CHROMIUM=path'; exit 1; }
	@docs/diagrams "$(CHROMIUM)" $(MMDC) $(OUTPUT)/diagrams docs/how-it-works.md
$(MMDC):
	$(Q)PUPPETEER_SKIP_DOWNLOAD=1 npm install --silent --no-audit --no-fund --prefix $(OUTPUT)/mermaid @mermaid-js/mermaid-cli

TEST_LAYERS += docs
NEEDS_docs  := all
