/** Type, tables and the first screen. */
export const BASE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
.top,main,.contents{max-width:1240px;margin:0 auto;padding:0 28px}
main{padding-bottom:72px}
@media (min-width:1500px){.top,main,.contents{max-width:1640px}}
h1{font-size:clamp(22px,2.4vw,34px);line-height:1.22;font-weight:650;letter-spacing:-.012em;margin:10px 0 22px;max-width:36em;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:20px;line-height:1.3;font-weight:640;margin:0 0 12px;letter-spacing:-.005em}
h3{font-size:15px;line-height:1.4;font-weight:620;margin:0}
h3 small,.reasons small{font-weight:400;color:var(--muted);font-size:13px;margin-left:4px}
main>section{margin-top:52px}
main>section:first-child{margin-top:44px}
p{margin:8px 0}
li{overflow-wrap:anywhere}
code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{overflow-wrap:anywhere}
pre{margin:10px 0;padding:14px 16px;background:var(--soft);border:1px solid var(--line);border-radius:8px;overflow:auto;max-height:70vh;tab-size:2}
.command{user-select:all;white-space:pre-wrap;overflow-wrap:anywhere}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.top{padding-top:30px}
.overline{color:var(--muted);font-size:13px;margin:0;display:flex;flex-wrap:wrap;gap:2px 14px;overflow-wrap:anywhere}
.overline b{color:var(--ink);font-weight:600}
.tag{border:1px solid var(--line);border-radius:99px;padding:0 9px;background:var(--card)}
.v-pass{--tone:var(--pass);--wash:var(--pass-wash)}
.v-fail,.v-error{--tone:var(--fail);--wash:var(--fail-wash)}
.v-inconclusive{--tone:var(--caution);--wash:var(--caution-wash)}
.v-unclean{--tone:var(--alarm);--wash:var(--alarm-wash)}
.v-interrupted{--tone:var(--halt);--wash:var(--halt-wash)}
.v-not-judged{--tone:var(--muted);--wash:color-mix(in srgb,var(--muted) 11%,var(--page))}
.shape{flex:none;width:1em;height:1em;fill:var(--tone);overflow:visible}
.shape .ink{fill:none;stroke:var(--page);stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}
.verdict{display:flex;gap:20px;align-items:flex-start;background:var(--wash);border:1px solid color-mix(in srgb,var(--tone) 28%,transparent);border-radius:14px;padding:20px 24px}
.verdict>.shape{font-size:54px;margin-top:2px}
.verdict>div{min-width:0;flex:1}
.verdict h2{font-size:28px;line-height:1.15;color:var(--tone);margin:0;letter-spacing:-.01em}
.verdict h3{margin:14px 0 4px;font-size:13px;color:var(--muted);font-weight:600}
.headline{font-size:17px;line-height:1.45;margin:6px 0 0;max-width:72em;overflow-wrap:anywhere;text-wrap:pretty}
.reasons{list-style:none;margin:0;padding:0}
.reasons li{display:flex;gap:10px;align-items:baseline;padding:4px 0;overflow-wrap:anywhere}
.reasons li>span:last-child{min-width:0}
.badge{color:var(--tone);font-weight:620;font-size:13px;white-space:nowrap}
.badge .shape{font-size:15px;vertical-align:-.19em;margin-right:6px}
.figures{list-style:none;margin:16px 0 0;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}
.figure{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:12px 16px 13px;display:flex;flex-direction:column;min-width:0}
.figure .label{font-size:13px;color:var(--muted)}
.figure strong{font-size:28px;line-height:1.25;font-weight:640;letter-spacing:-.015em}
.figure .note{font-size:12.5px;color:var(--muted)}
.t-fail strong{color:var(--fail)}.t-inconclusive strong{color:var(--caution)}.t-none strong{color:var(--muted)}
.facts{display:flex;flex-wrap:wrap;gap:8px 34px;margin:16px 0 0}
.facts dt{font-size:12.5px;color:var(--muted)}
.facts dd{margin:0;font-weight:560;overflow-wrap:anywhere}
.facts>div{min-width:0}
table{width:100%;border-collapse:collapse;margin:6px 0 18px;font-size:14px}
caption{text-align:left;overflow-wrap:anywhere;color:var(--muted);font-size:13px;padding:4px 0 6px}
th{text-align:left;font-weight:600;font-size:12.5px;color:var(--muted);padding:6px 16px 6px 0;border-bottom:1px solid var(--line)}
.word{white-space:nowrap}
td{padding:8px 16px 8px 0;min-width:5.5em;border-bottom:1px solid var(--line);vertical-align:baseline;overflow-wrap:anywhere}
td:last-child,th:last-child{padding-right:0}
.num{text-align:right;width:1%;white-space:nowrap;min-width:0;padding-left:20px}
tr:last-child td{border-bottom:0}
details{margin:10px 0}
summary{cursor:pointer;color:var(--link);font-size:14px}
a{color:var(--link);text-underline-offset:2px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.contents{margin-top:26px}
.contents ul{list-style:none;margin:0;padding:10px 0;border:solid var(--line);border-width:1px 0;display:flex;flex-wrap:wrap;gap:2px 14px;font-size:13px}
.contents a{text-decoration:none}
.contents a:hover{text-decoration:underline}
kbd{font:inherit;font-size:12px;border:1px solid var(--line);border-radius:4px;padding:0 5px;background:var(--card);color:var(--ink)}
.hint,.quiet{color:var(--muted);font-size:13.5px}
.scroll{overflow-x:auto}`;
