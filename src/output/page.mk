# The page of -f html: page.html with page.css and page.js in it, cut in two where the events go.
# Its Content-Security-Policy allows this one style sheet and this one script, by their hashes.
#
# Needs   coreutils (sha256sum, base64, printf)
# Gives   $(OUTPUT)/page.head, $(OUTPUT)/page.tail; html.c embeds them
#         $(OUTPUT)/page.html, the page without events

PAGE_HTML := src/output/page.html

# The printf of coreutils, unlike that of some shells, knows \x.
page_hash = 'sha256-$$(env printf "$$(sha256sum < $(1) | cut -c 1-64 | sed 's/../\\x&/g')" | base64)'

$(OUTPUT)/page.head: $(PAGE_HTML) src/output/page.css src/output/page.js src/output/page.mk | $(OUTPUT)
	$(call say,PAGE,$@)
	$(Q){ sed "/href=\"page.css\"/,\$$d; s|STYLE-HASH|$(call page_hash,src/output/page.css)|; \
	           s|SCRIPT-HASH|$(call page_hash,src/output/page.js)|" $(PAGE_HTML) && \
	     printf '<style>' && cat src/output/page.css && printf '</style>\n<script>' && \
	     cat src/output/page.js && printf '</script>\n' && \
	     sed '1,/src="page.js"/d; /id="data"/q' $(PAGE_HTML); } > $@

$(OUTPUT)/page.tail: $(PAGE_HTML) | $(OUTPUT)
	$(Q)sed '1,/id="data"/d' $< > $@

$(OUTPUT)/page.html: $(OUTPUT)/page.head $(OUTPUT)/page.tail
	$(Q)cat $^ > $@
