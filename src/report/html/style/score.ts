/** The timeline: bands, lanes and curves share one left edge (the gutter) and one right edge (the rim). */
export const SCORE = `
.score{position:relative;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:0 0 14px;touch-action:pan-y;user-select:none;-webkit-user-select:none}
.live .score{cursor:crosshair}
.cursor{position:absolute;top:0;bottom:0;width:1px;margin-left:-.5px;background:var(--ink);opacity:.55;pointer-events:none;z-index:4}
.selection{position:absolute;top:0;bottom:0;background:color-mix(in srgb,var(--link) 14%,transparent);border:solid var(--link);border-width:0 1px;pointer-events:none;z-index:4}
.cursor[hidden],.selection[hidden],.whole[hidden]{display:none}
.score-head{position:sticky;top:0;z-index:3;background:var(--card);border-bottom:1px solid var(--line);border-radius:14px 14px 0 0;padding:8px 0 6px;max-height:45vh;overflow:hidden auto;scrollbar-width:none}
.row{display:grid;grid-template-columns:var(--gutter) 1fr;padding-right:var(--rim);align-items:center}
.row-name{font-size:11.5px;color:var(--muted);text-align:right;padding-right:8px;white-space:nowrap}
.readout{color:var(--ink);font-weight:650;position:relative;z-index:1;background:var(--card);line-height:20px}
.ruler{position:relative;height:20px;font-size:11.5px;color:var(--muted)}
.ruler span{position:absolute;transform:translateX(-50%);white-space:nowrap}
.ruler span::after{content:"";position:absolute;left:50%;bottom:-3px;width:1px;height:4px;background:var(--boundary)}
.track{position:relative;display:flex;flex-wrap:wrap;gap:2px;min-width:0}
.live .track{display:block;height:24px;overflow:hidden;margin:2px 0}
.live .track.tall{height:30px}
.seg{font:inherit;font-size:12.5px;line-height:22px;padding:0 8px;border:0;text-align:left;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;border-radius:4px}
.live .seg{position:absolute;top:0;height:22px;min-width:2px;padding-inline:min(8px,12%)}
.phase{background:var(--phase0);color:var(--phase-ink);cursor:zoom-in}
.phase.p1{background:var(--phase1)}
.phase:hover{box-shadow:inset 0 0 0 1.5px var(--phase-ink)}
.phase.o-timed-out,.phase.o-stopped,.phase.o-aborted{box-shadow:inset 0 -3px 0 var(--fail)}
.window{color:var(--fault);font-weight:600;background:var(--fault-wash);box-shadow:inset 0 0 0 1.5px var(--fault);background-image:repeating-linear-gradient(-45deg,var(--fault-wash) 0 4px,transparent 4px 9px)}
.live .track.tall .window{top:4px;padding-left:22px}
.window.unproven{box-shadow:none;outline:1.5px dashed var(--fault);outline-offset:-1.5px}
.mark{display:inline-block;width:0;height:0;font-style:normal}
.live .track .mark{position:absolute}
.mark.injected::before,.mark.proven::before,.mark.removed::before,.mark.event::before{content:"";position:absolute;width:9px;height:9px;margin-left:-4.5px;background:var(--fault)}
.mark.injected::before{clip-path:polygon(0 0,100% 0,50% 100%);top:0}
.mark.proven::before{border-radius:50%;width:9px;height:9px;top:18px}
.mark.removed::before{clip-path:polygon(50% 0,100% 50%,50% 100%,0 50%);width:11px;height:11px;margin-left:-5.5px;top:17px}
.live .track.events{height:16px}
.mark.event::before{top:3px;background:var(--muted);clip-path:polygon(50% 0,100% 100%,0 100%)}
.mark.e-steady-state::before{background:var(--pass);clip-path:none;border-radius:2px}
.mark.e-problem::before,.mark.e-guard::before{background:var(--fail);clip-path:polygon(20% 0,50% 30%,80% 0,100% 20%,70% 50%,100% 80%,80% 100%,50% 70%,20% 100%,0 80%,30% 50%,0 20%)}
.mark.e-skipped::before{background:var(--fault);clip-path:polygon(0 35%,100% 35%,100% 65%,0 65%)}
.tools>div{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:4px 16px;min-height:26px}
.legend{font-size:12.5px;color:var(--muted);display:flex;flex-wrap:wrap;gap:0 14px}
.legend .mark{position:relative;width:11px;height:11px;margin:0 5px 0 0}
.legend .mark::before{left:5px;top:2px!important}
button.whole{font:inherit;font-size:13px;color:var(--link);background:none;border:1px solid var(--line);border-radius:99px;padding:1px 12px;cursor:pointer}
.chart{margin:0;padding:12px 0 0}
.chart figcaption,.lanes h3,.lane-name,.score .quiet{padding-left:var(--gutter);padding-right:var(--rim)}
.chart figcaption{display:flex;flex-wrap:wrap;gap:0 22px;align-items:baseline}
.chart h3 small{margin-left:2px}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:0 18px;margin:0;padding:0;font-size:12.5px;color:var(--muted);overflow-wrap:anywhere}
.key output,.lane-name output{color:var(--ink);font-weight:620;margin-left:5px}
.sw{width:26px;height:6px;vertical-align:middle;margin-right:6px;stroke:currentColor;fill:none}
.sw.s0{color:var(--s0)}.sw.s1{color:var(--s1)}.sw.s2{color:var(--s2)}.sw.s3{color:var(--s3)}.sw.s4{color:var(--s4)}.sw.s5{color:var(--s5)}
.heat{display:inline-block;width:52px;height:9px;margin:0 2px;border-radius:2px;background:linear-gradient(90deg,color-mix(in srgb,var(--s0) 25%,transparent),var(--s0))}
.plot{min-height:var(--plot-height);overflow:hidden}
html:not(.live) .plot{display:none}
.uplot,.uplot *{font-family:inherit}
.lanes{padding-top:14px}
.lane-name{margin:6px 0 0;font-size:12.5px;color:var(--muted);overflow-wrap:anywhere}
.lane{list-style:none;padding:0;margin:0}
.live .lane{margin:1px var(--rim) 4px var(--gutter)}
.lane .seg{font-weight:560;background:var(--tone-bg,var(--soft));color:var(--tone-ink);border-radius:0;box-shadow:inset -1px 0 0 var(--card)}
.tone-0{--tone-bg:var(--s0)}.tone-1{--tone-bg:var(--s1)}.tone-2{--tone-bg:var(--s2)}.tone-3{--tone-bg:var(--s3)}
.tone-4{--tone-bg:var(--s4)}.tone-5{--tone-bg:var(--s5)}.tone-6{--tone-bg:var(--s6)}.tone-7{--tone-bg:var(--s7)}
.lane .tone-good{background:var(--pass-wash);color:var(--pass);box-shadow:inset 0 0 0 1px color-mix(in srgb,var(--pass) 30%,transparent)}
.lane .tone-bad{background:var(--fail-wash);color:var(--fail);box-shadow:inset 0 0 0 1.5px var(--fail)}
.live .track .seg.slim{font-size:0;padding:0}
.beside{display:none}
.live .beside{display:block;position:absolute;top:4px;padding-left:10px;font-size:12.5px;line-height:22px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;color:var(--fault)}
.lane .tone-none,.lane .tone-mixed{color:var(--muted);background:repeating-linear-gradient(-45deg,var(--soft) 0 4px,transparent 4px 8px)}
.lanes h3 a{font-weight:400}
.said-key{display:flex;flex-wrap:wrap;gap:2px 18px;margin:2px 0 0;padding-left:var(--gutter);padding-right:var(--rim);font-size:12.5px;color:var(--muted)}
.said{display:inline-block;position:relative;width:11px;height:11px;font-style:normal;vertical-align:-1px;margin-right:3px}
.said::before{content:"";position:absolute;inset:0;background:var(--said)}
.live .track.said-lane{height:16px;margin:1px var(--rim) 4px var(--gutter);border-bottom:1px solid var(--grid);overflow:visible}
.said-lane .said{position:absolute;top:2px;margin:0 0 0 -5.5px;min-width:0}
.said-lane .said::before{width:11px}
.said-lane .said::after{content:"";position:absolute;left:5px;right:-6px;top:4.5px;height:2px;background:var(--said);opacity:.55}
.said-lane:empty{display:none}
html:not(.live) .said-lane{display:none}
.g-trouble{--said:var(--fail)}.g-warning{--said:var(--caution)}.g-stop{--said:var(--halt)}.g-start{--said:var(--pass)}.g-leader{--said:var(--link)}.g-down{--said:var(--fault)}.g-up{--said:var(--pass)}
.g-trouble::before{clip-path:polygon(20% 0,50% 30%,80% 0,100% 20%,70% 50%,100% 80%,80% 100%,50% 70%,20% 100%,0 80%,30% 50%,0 20%)}
.g-warning::before{clip-path:polygon(50% 0,100% 50%,50% 100%,0 50%)}
.g-start::before{border-radius:50%}
.g-stop::before{inset:1px}
.g-leader::before{clip-path:polygon(50% 0,63% 35%,100% 36%,70% 58%,81% 95%,50% 73%,19% 95%,30% 58%,0 36%,37% 35%)}
.g-down::before{clip-path:polygon(0 10%,100% 10%,50% 95%)}
.g-up::before{clip-path:polygon(50% 5%,100% 90%,0 90%)}`;
