/** What the page of a search adds to the common style sheet. */
export const STYLE = `
.curve{display:block;width:100%;height:auto;max-height:320px}
.curve path{fill:none;stroke-width:2.4;stroke-linejoin:round}
.curve path.seen{stroke:var(--link)}
.curve path.drawn{stroke:var(--muted);stroke-dasharray:6 4}
.curve .axis{stroke:var(--line)}
.curve line.found{stroke:var(--fail);stroke-width:1.6;opacity:.55}
.curve text{font-size:13px;fill:var(--muted)}
.curve text.seen{fill:var(--link)}
.curve .end{text-anchor:end}
.legend{color:var(--muted);font-size:13px;display:flex;flex-wrap:wrap;gap:2px 22px}
.legend span{white-space:nowrap}
.key{display:inline-block;width:22px;margin-right:6px;vertical-align:middle;border-top:3px solid var(--link)}
.key.drawn{border-top:3px dashed var(--muted)}
.key.found{border-top:3px solid var(--fail)}
.names{list-style:none;display:flex;flex-wrap:wrap;gap:6px;margin:0;padding:0}
.scroll{overflow-x:auto}
.overlaps.overlaps{display:table;width:auto}
.overlaps tbody{display:table-row-group}
.overlaps tfoot{display:table-footer-group}
.overlaps tr{display:table-row}
.overlaps td,.overlaps th{display:table-cell}
.overlaps caption{display:table-caption}
.overlaps th[scope=row]{text-align:right;white-space:nowrap;color:var(--ink);border:0;padding:4px 12px 4px 0}
.overlaps td{min-width:34px;text-align:center;padding:5px 4px;border:1px solid var(--line)}
.overlaps tfoot td{border:0}
.overlaps tfoot th{border:0;padding:8px 0;vertical-align:top}
.overlaps tfoot th span{writing-mode:vertical-rl;white-space:nowrap}
.overlaps .n0{color:var(--muted)}
.overlaps .n1{background:color-mix(in srgb,var(--link) 12%,var(--page))}
.overlaps .n2{background:color-mix(in srgb,var(--link) 24%,var(--page))}
.overlaps .n3{background:color-mix(in srgb,var(--link) 38%,var(--page))}
.overlaps .n4{background:color-mix(in srgb,var(--link) 54%,var(--page))}
#runs td:first-child{min-width:0}
#runs .badge,#findings .badge{white-space:normal}
#runs :target{outline:2px solid var(--link);outline-offset:3px;border-radius:4px}`;
