/** What the page of a search adds to the common style sheet. */
export const STYLE = `
h1{margin-top:10px}
.curve{display:grid;grid-template-columns:auto minmax(0,1fr) auto;gap:4px 10px;font-size:13px;color:var(--muted)}
.curve svg{display:block;width:100%;height:200px;overflow:visible}
.curve p{margin:0}
.curve .scale{display:flex;flex-direction:column;justify-content:space-between;line-height:1;text-align:right}
.curve .scale.drawn{text-align:left}
.curve .scale.seen{color:var(--link)}
.curve .axis{grid-column:2;display:flex;justify-content:space-between}
.curve path{fill:none;stroke-width:2.4;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.curve path.seen{stroke:var(--link)}
.curve path.drawn{stroke:var(--muted);stroke-dasharray:6 4}
.curve path.guide{stroke:var(--grid);stroke-width:1}
.curve path.found{stroke:var(--fail);stroke-width:1.6;opacity:.7}
.legend{color:var(--muted);font-size:13px;display:flex;flex-wrap:wrap;gap:2px 22px}
.key{display:inline-block;width:22px;margin-right:6px;vertical-align:middle;border-top:3px solid var(--link)}
.key.drawn{border-top:3px dashed var(--muted)}
.key.found{border-top:3px solid var(--fail)}
.names{list-style:none;display:flex;flex-wrap:wrap;gap:6px;margin:8px 0 18px;padding:0;font-size:14px}
.values{margin:8px 0 0;font-size:14px}
.values>div{display:grid;grid-template-columns:minmax(0,220px) minmax(0,1fr);gap:2px 16px;padding:5px 0;border-bottom:1px solid var(--line)}
.values>div:last-child{border-bottom:0}
.values dt{color:var(--muted)}
.values dd{margin:0;overflow-wrap:anywhere;display:flex;flex-wrap:wrap;gap:4px 6px}
.overlaps.overlaps{display:table;width:auto}
.overlaps tbody{display:table-row-group}
.overlaps tfoot{display:table-footer-group}
.overlaps tr{display:table-row}
.overlaps td,.overlaps th{display:table-cell}
.overlaps td::before{content:none}
.overlaps th[scope=row]{position:sticky;left:0;background:var(--page);text-align:right;white-space:nowrap;color:var(--ink);border:0;padding:4px 12px 4px 0}
.overlaps .runs{display:inline-block;min-width:5em;margin-left:8px;font-weight:400;color:var(--muted)}
.overlaps td{min-width:34px;text-align:center;padding:5px 4px;border:1px solid var(--line)}
.overlaps tfoot td{border:0}
.overlaps tfoot th{border:0;padding:8px 0;vertical-align:top}
.overlaps tfoot th span{writing-mode:vertical-rl;white-space:nowrap}
.overlaps .n0{color:var(--muted)}
.overlaps .n1{background:color-mix(in srgb,var(--link) 12%,var(--page))}
.overlaps .n2{background:color-mix(in srgb,var(--link) 24%,var(--page))}
.overlaps .n3{background:color-mix(in srgb,var(--link) 34%,var(--page))}
.overlaps .n4{background:color-mix(in srgb,var(--link) 46%,var(--page))}
#runs td:first-child{min-width:0}
#runs .badge{white-space:normal}
#runs td:has(:target){background:color-mix(in srgb,var(--link) 14%,var(--page))}
#runs :target{outline:2px solid var(--link);outline-offset:3px;border-radius:4px}
#runs details{margin:2px 0 0}
#runs details ul{margin:4px 0;padding-left:18px}
@media (min-width:641px){
#runs table:has(td:nth-child(2) br) td:nth-child(2){width:24%}
#runs td:nth-child(3){width:30%}
}
@media (max-width:640px){
.overlaps th[scope=row]{font-size:12px;padding-right:8px}
.overlaps .runs{display:block;margin:0;min-width:0;line-height:1.2}
.values>div{grid-template-columns:1fr}
#runs tr{display:grid;grid-template-columns:auto minmax(0,1fr) auto;gap:1px 12px}
#runs td{display:block;grid-column:1/-1}
#runs td::before{content:none}
#runs td:nth-child(-n+2){grid-column:auto}
#runs td:first-child::before{content:"run ";font-size:13px}
#runs td:first-child>div{display:inline}
#runs td:nth-child(6){grid-area:1/3}
#runs td:nth-child(5){color:var(--muted);font-size:13px}
#runs td:nth-child(5)>div::before{content:"servers: "}
}`;
