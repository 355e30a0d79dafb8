/** Cards, the topology, lists of events; narrow pages and paper. */
export const PARTS = `
.experiment{border-top:2px solid var(--line);padding-top:26px}
.experiment>h2{font-size:24px}
.experiment h2 small{font-weight:400;font-size:14px;color:var(--muted)}
.range{white-space:nowrap}
.card{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:10px;padding:14px 18px;margin:12px 0}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));gap:12px}
.cards>.card{margin:0;padding-bottom:10px}
.card h3{display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline;overflow-wrap:anywhere}
.card h3 small{margin-left:0}
.card p{overflow-wrap:anywhere}
.card .facts{margin:8px 0}
.card table{margin-bottom:6px}
.card .shape .ink{stroke:var(--card)}
.targets code{display:inline-block;background:var(--soft);border-radius:5px;padding:0 7px;margin:2px 2px 2px 0}
.topology{display:block;max-width:100%;height:auto;min-width:560px;font:13px system-ui,sans-serif;fill:var(--ink)}
.topology.wide{max-width:none}
.topology.small{min-width:0}
.cluster{fill:var(--card);stroke:var(--line)}
.cluster-name{font-weight:650;font-size:15px}
.topology .stream{font-size:12px;fill:var(--muted)}
.node rect{fill:var(--soft);stroke:var(--muted)}
.node text{text-anchor:middle}
.node .note{font-size:11px;fill:var(--fault)}
.node.affected rect{stroke:var(--fault);stroke-width:2;stroke-dasharray:6 4;fill:var(--fault-wash)}
.node.affected text{fill:var(--fault);font-weight:650}
path.wire{fill:none;stroke:var(--muted);stroke-opacity:.55;stroke-width:1.3}
path.wire.k-gateway{stroke-width:1}
path.wire.affected{stroke:var(--fault);stroke-opacity:.9;stroke-dasharray:6 5}
.cross{fill:none;stroke:var(--fault);stroke-width:2;stroke-linecap:round}
i.wire{display:inline-block;width:26px;border-top:2px solid var(--muted);vertical-align:middle;margin:0 6px 0 14px}
i.wire:first-child{margin-left:0}
i.wire.affected{border-top:2px dashed var(--fault)}
.over-time{margin:10px 0}
.over-time svg{display:block;width:100%;height:40px;fill:var(--tone);background:var(--soft)}
.over-time p{display:flex;justify-content:space-between;font-size:12px;margin:2px 0}
.bars{display:block;fill:var(--s0);max-width:100%}
.entries{list-style:none;margin:0;padding:0;font-size:14px}
.entries li{display:grid;grid-template-columns:76px 96px 1fr;gap:0 12px;padding:5px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
.entries li:last-child{border-bottom:0}
.said-list li{grid-template-columns:76px 128px 1fr}
.said-list b{font-weight:600}
.said-list small{color:var(--muted)}
.entries time{text-align:right;color:var(--muted)}
.entries .kind{color:var(--muted)}
.k-phase{font-weight:620}.k-fault .kind,.k-undo .kind{color:var(--fault)}.k-problem,.k-problem .kind{color:var(--fail)}
@media (min-width:1000px){
td{min-width:7em}
}
@media (max-width:640px){
.top,main,.contents{padding-left:14px;padding-right:14px}
main>section{margin-top:40px}
.verdict{padding:16px;gap:14px}
.verdict>.shape{font-size:36px}
.headline{font-size:16px}
.figures{grid-template-columns:1fr 1fr;gap:8px}
.figure strong{font-size:23px}
.figure:last-child:nth-child(odd){grid-column:1/-1}
.reasons li{flex-direction:column;gap:0}
thead{position:absolute;left:0;width:1px;height:1px;clip-path:inset(50%);overflow:hidden}
table,tbody,tr,td,caption{display:block}
tr{padding:8px 0;border-bottom:1px solid var(--line)}
tr:last-child{border-bottom:0}
td{border:0;padding:2px 0;display:grid;grid-template-columns:96px minmax(0,1fr);gap:10px}
td:has(>div:empty){display:none}
td>div{min-width:0}
td.num{text-align:left;width:auto;white-space:normal;padding-left:0}
td::before{content:attr(data-label);color:var(--muted);font-size:12.5px}
.entries li,.said-list li{grid-template-columns:64px 1fr}
.entries li>span:last-child{grid-column:1/-1}
.score{margin:0 -8px;border-radius:10px}
.row-name{font-size:10.5px;padding-right:5px;letter-spacing:-.01em}
}
@media print{
body{background:#fff;font-size:12px}
table{font-size:11px;break-inside:avoid}
td{min-width:6.4em}
.num{padding-left:8px;padding-right:8px}
.top,main{max-width:none;padding:0}
.screen{display:none!important}
.score-head{position:static;max-height:none}
.figures{grid-template-columns:repeat(5,1fr)}
.figure{padding:8px 10px}.figure strong{font-size:20px}
.chart,.card,.verdict,.lane-row,tr{break-inside:avoid}
h2,h3{break-after:avoid}
pre{max-height:none;white-space:pre-wrap}
.uplot,.uplot canvas,.u-wrap{max-width:100%}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}`;
