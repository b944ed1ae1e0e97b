/** The camera pages' own part of the look. */
export const CAMERA_STYLE = `
.head{display:flex;flex-wrap:wrap;gap:8px 24px;align-items:center;justify-content:space-between;margin:8px 0 12px}
.live{display:grid;gap:16px;grid-template-columns:minmax(0,1fr) minmax(260px,320px);align-items:start}
.screen{position:relative;padding:0;overflow:hidden;background:#0b0f14}
.screen canvas{display:block;width:100%;height:auto}
.screen #note{position:absolute;inset:0;display:grid;place-items:center;margin:0;padding:24px;text-align:center;color:#e8eceb;background:rgb(11 15 20/.72)}
.switches{display:flex;flex-wrap:wrap;gap:0 16px;margin:8px 0}
.switch{display:inline-flex;align-items:center;gap:8px;min-height:44px;font-size:.875rem;font-weight:400;color:var(--ink);cursor:pointer}
.switch input{width:18px;min-height:18px;height:18px;accent-color:var(--accent)}
.figures{display:grid;gap:0;margin:8px 0 16px}
.figures div{display:flex;justify-content:space-between;gap:16px;padding:6px 0;border-bottom:1px solid var(--line)}
.figures dt{color:var(--ink-3)}.figures dd{margin:0;text-align:right;white-space:normal;overflow-wrap:anywhere}
.two{display:grid;gap:16px;grid-template:"picture plan" auto "picture result" auto "pairs result" 1fr/minmax(0,3fr) minmax(0,2fr);align-items:start;margin-top:12px}
.inpicture{grid-area:picture}.onplan{grid-area:plan}.pairs{grid-area:pairs}.result{grid-area:result}
.pane{padding:0;overflow:hidden;min-width:0}
.panehead{display:flex;flex-wrap:wrap;align-items:center;gap:0 16px;padding:4px 16px;min-height:52px;border-bottom:1px solid var(--line)}
.panehead h2{margin:0 auto 0 0}
.button.small{min-height:36px;padding:0 12px}
.surface{position:relative;touch-action:manipulation;outline-offset:-3px;cursor:crosshair;background:var(--sunken);min-height:180px}
.surface svg{position:absolute;inset:0;width:100%;height:100%;overflow:hidden;user-select:none;-webkit-user-select:none}
.surface canvas.still{display:block;width:100%;height:auto}
.surface.next{box-shadow:inset 0 0 0 3px var(--accent)}
#plan{background:var(--floor)}
#plan svg{position:static;display:block;height:auto}
.loupe{position:absolute;top:8px;width:144px;height:144px;border-radius:50%;border:2px solid #fff;box-shadow:0 2px 12px rgb(0 0 0/.5);pointer-events:none}
.step{display:flex;gap:8px;align-items:center;font-weight:560;color:var(--accent);min-height:1.5em}
.point{cursor:grab;touch-action:none}
.point .dot{fill:var(--mark,#ffb000);stroke:#10130f;vector-effect:non-scaling-stroke;stroke-width:1.5}
.point .halo{fill:transparent;stroke:transparent}
.point text{font-weight:700;fill:#10130f;text-anchor:middle;dominant-baseline:central;pointer-events:none}
.point.chosen .halo{fill:rgb(255 176 0/.18);stroke:#ffb000;stroke-width:2;vector-effect:non-scaling-stroke}
.point.ghost{opacity:.75}
.cross{stroke:#ffb000;stroke-width:1.5;vector-effect:non-scaling-stroke;pointer-events:none}
.over{fill:none;stroke:#35e0c8;stroke-width:1.6;vector-effect:non-scaling-stroke;pointer-events:none}
.over.fill{fill:rgb(53 224 200/.1)}
.over.gridline{stroke:rgb(255 255 255/.42);stroke-width:1}
.miss{stroke:#ff7a1a;stroke-width:2;vector-effect:non-scaling-stroke;pointer-events:none}
.label{fill:#eafffb;paint-order:stroke;stroke:rgb(0 0 0/.65);stroke-width:3px;text-anchor:middle;pointer-events:none}
.wall{fill:var(--floor);stroke:var(--wall);stroke-width:2;vector-effect:non-scaling-stroke}
.zone{fill:color-mix(in srgb,var(--zone) 9%,transparent);stroke:color-mix(in srgb,var(--zone) 45%,transparent);stroke-width:1;vector-effect:non-scaling-stroke}
.fixture{fill:var(--fixture-fill);stroke:var(--fixture);stroke-width:1;vector-effect:non-scaling-stroke}
.door{stroke:var(--accent);stroke-width:4;vector-effect:non-scaling-stroke}
.sees{fill:rgb(255 176 0/.1);stroke:rgb(200 130 0/.7);stroke-dasharray:4 4;stroke-width:1.2;vector-effect:non-scaling-stroke;pointer-events:none}
.zonename{fill:var(--ink-2);text-anchor:middle;pointer-events:none}
.pairs h2,.result h2{margin:0 0 8px}
#pairs table td{vertical-align:middle}
#pairs tr{cursor:pointer}
#pairs tr.chosen td{background:var(--accent-soft)}
.mark{display:inline-block;padding:1px 8px;border-radius:99px;font-weight:560;background:var(--sunken)}
.mark.good{background:var(--better-soft)}.mark.fair{color:var(--ink-2)}.mark.poor{background:var(--worse-soft);color:var(--worse)}
.big{font-size:1.75rem;line-height:1.2;font-weight:640;color:var(--ink);font-variant-numeric:tabular-nums}
.row{display:flex;flex-wrap:wrap;gap:8px;margin:16px 0 8px}
pre{overflow:auto;padding:12px;border-radius:8px;background:var(--sunken);font-size:.75rem;margin:8px 0}
summary{padding:12px 0;cursor:pointer;font-weight:540}
.small{font-size:.75rem;color:var(--ink-3)}
#pairs .px{display:block;color:var(--ink-3);font-size:.75rem}
#pairs td:last-child,#pairs th:last-child{width:44px;padding:0;text-align:right}
#pairs .plain{padding:0 12px}
@media (max-width:900px){.live{grid-template-columns:minmax(0,1fr)}.two{grid-template:"picture" "plan" "result" "pairs"/minmax(0,1fr)}}
@media (max-width:480px){#pairs td,#pairs th{padding-right:8px}#pairs th{white-space:normal;vertical-align:bottom}#pairs td.n{font-size:.8125rem}}
`;
