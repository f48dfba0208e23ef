/** How pages look: light and dark, on paper, from a telephone to a wall. The parts are for every page, for C and for findings. */
import { CODE_STYLE } from "./style-code.ts";
import { FINDING_STYLE } from "./style-finding.ts";
import { TABLE_STYLE } from "./style-table.ts";

const PAGE_STYLE = `
:root{color-scheme:light dark;
--bg:light-dark(#fff,#12151a);--card:light-dark(#fff,#181c22);--soft:light-dark(#f4f6f8,#1d2229);
--fg:light-dark(#1a1f26,#e1e5ea);--dim:light-dark(#57606b,#9ba6b2);--line:light-dark(#d8dee5,#323a44);
--link:light-dark(#0a54b0,#86bdff);--focus:light-dark(#0a54b0,#86bdff);
--error:light-dark(#b4131c,#ff8d86);--error-bg:light-dark(#fdeceb,#3a1b1d);
--warning:light-dark(#7d4e00,#edb654);--warning-bg:light-dark(#fdf3dc,#37290f);
--note:light-dark(#0d5a89,#85c6f2);--note-bg:light-dark(#e9f3fb,#142c3c);
--good:light-dark(#176b34,#8bd6a4);
font-size:clamp(16px,12px + .25vw,21px)}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;background:var(--bg);color:var(--fg);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;overflow-wrap:break-word}
header,main,footer,.bar{padding-inline:max(clamp(.8rem,3vw,3rem),calc((100% - 116rem)/2))}
code,.code,.at,.where{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.875em;overflow-wrap:anywhere}
.brand{margin:0;padding-top:1.6rem;color:var(--dim);font-size:.85rem;font-weight:600;letter-spacing:.04em}
h1{font-size:clamp(1.3rem,2.4vw,1.85rem);line-height:1.25;margin:.2rem 0 .5rem;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{margin:3rem 0 1rem;font-size:1.4rem;letter-spacing:-.01em}
h3{font-size:1.05rem;margin:.2rem 0 .6rem;line-height:1.4}
h4{margin:0 0 .5rem;font-size:.9rem}
p{margin:.5rem 0}
small,.keys,.at,footer,.contract,figcaption,.alone{color:var(--dim);font-weight:400}
.keys{font-size:.85rem}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.2em}
:is(a,input,button,summary,.scroll):focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:.2rem}
ul,ol{padding-left:1.4rem;margin:.3rem 0}
.verdict{font-size:1.1rem;font-weight:600;margin:.3rem 0}
.patches{list-style:none;padding:0;color:var(--dim)}
.bar{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;align-items:center;gap:.2rem 1.5rem;margin-top:1.2rem;padding-block:.45rem;background:var(--bg);border-block:1px solid var(--line);font-size:.9rem}
.bar ul{display:flex;flex-wrap:wrap;gap:.1rem 1.3rem;list-style:none;padding:0;margin:0}
.bar nav a{text-decoration:none;white-space:nowrap}.bar nav a:hover{text-decoration:underline}
#tools{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem .8rem;margin-left:auto}
#shown{color:var(--dim);font-size:.85rem}
input,button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--dim);border-radius:.35rem;padding:.15rem .55rem}
input{width:11rem;max-width:100%}button{cursor:pointer}
input::placeholder{color:var(--dim);opacity:1}
.scroll{position:relative;overflow-x:auto;max-width:100%}
.index{margin:1rem 0 2rem}
.index ul{list-style:none;padding:0;columns:17rem auto;column-gap:2rem}.index a{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.82rem;overflow-wrap:anywhere;text-decoration:none}
.index small{display:inline-block;min-width:1.3em;padding:0 .35em;border-radius:1em;background:var(--error-bg);color:var(--error);text-align:center;font-weight:600;font-size:.75rem}
summary{cursor:pointer;color:var(--dim)}
details{margin:1rem 0}
footer{margin-top:4rem;padding-block:1rem 3rem;border-top:1px solid var(--line);font-size:.9rem}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:is(article,section,.line,.side):target,:target{scroll-margin-top:4rem}
article,section[id],.line{scroll-margin-top:4rem}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media(max-width:40rem){.bar{position:static}#tools{margin-left:0}}
@media print{:root{color-scheme:light;font-size:10pt}header,main,footer{padding-inline:0}.bar,.keys,.index{display:none}.scroll{overflow:visible}a{color:inherit;text-decoration:none}h2,h3{break-after:avoid}}
`;

export const STYLE_SHEET = PAGE_STYLE + FINDING_STYLE + CODE_STYLE + TABLE_STYLE;
