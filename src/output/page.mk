# The page of -f html: page.html with page.css and page.js, split in two where the events go.
# Its Content-Security-Policy allows only this style sheet and this script, by their hashes.
#
# Needs   coreutils (sha256sum, base64, printf), sed
# Gives   $(OUTPUT)/page.head and $(OUTPUT)/page.tail, which html.c embeds; PAGE_PARTS

PAGE_PARTS := $(OUTPUT)/page.head $(OUTPUT)/page.tail
PAGE_FILES := $(addprefix src/output/page.,html css js mk)

# The printf of coreutils, unlike that of some shells, supports \x.
page_hash = 'sha256-$$(env printf "$$(sha256sum < $(1) | cut -c 1-64 | sed 's/../\\x&/g')" | base64)'

$(OUTPUT)/page.head: $(PAGE_FILES) | $(OUTPUT)
	$(call say,PAGE,$@)
	$(Q){ sed "/href=\"page.css\"/,\$$d; s|STYLE-HASH|$(call page_hash,src/output/page.css)|; \
	           s|SCRIPT-HASH|$(call page_hash,src/output/page.js)|" src/output/page.html && \
	      printf '<style>' && cat src/output/page.css && printf '</style>\n<script>' && \
	      cat src/output/page.js && printf '</script>\n' && \
	      sed '1,/src="page.js"/d; /id="data"/q' src/output/page.html; } > $@

$(OUTPUT)/page.tail: $(PAGE_FILES) | $(OUTPUT)
	$(Q)sed '1,/id="data"/d' src/output/page.html > $@

# Every build of html.c needs them; its objects are rebuilt when they change.
src/output/html.c compile_commands.json: | $(PAGE_PARTS)
$(OUTPUT)/output/html.o $(OUTPUT)/unit/asan/output/html.o $(OUTPUT)/gcov/output/html.o: $(PAGE_PARTS)
