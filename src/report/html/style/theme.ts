const LIGHT = `
--page:#faf9f7;--card:#fff;--ink:#1c2024;--muted:#5f6670;--line:#e2dfd9;--grid:#eceae5;--soft:#f3f1ec;
--pass:#17774a;--pass-wash:#e8f4ed;--fail:#b42318;--fail-wash:#fcebe9;--caution:#8a5a00;--caution-wash:#fbf2dc;
--alarm:#86198f;--alarm-wash:#f9ebfa;--halt:#475569;--halt-wash:#eef1f5;
--fault:#c2410c;--fault-wash:rgba(234,88,12,.10);--boundary:rgba(28,32,36,.22);--link:#1d5fbf;
--phase0:#e6ebf2;--phase1:#d7dfea;--phase-ink:#2c3e55;
--s0:#2563c9;--s1:#b85600;--s2:#167e67;--s3:#a23bb5;--s4:#8a6a00;--s5:#5a6b85;--s6:#c23465;--s7:#477a18;
--tone-ink:#fff;`;

const DARK = `
--page:#121417;--card:#1a1d21;--ink:#e8e6e3;--muted:#9aa2ad;--line:#2e3338;--grid:#24282d;--soft:#202429;
--pass:#5cc98f;--pass-wash:#14281e;--fail:#ff8a7d;--fail-wash:#331a18;--caution:#e5b454;--caution-wash:#2c2413;
--alarm:#e29bec;--alarm-wash:#2e1a31;--halt:#a9b6c8;--halt-wash:#20262e;
--fault:#fb8b4b;--fault-wash:rgba(251,139,75,.13);--boundary:rgba(232,230,227,.28);--link:#8ab6ff;
--phase0:#263140;--phase1:#2f3d50;--phase-ink:#cfdcec;
--s0:#6ea3ff;--s1:#ff9d4d;--s2:#4ecbaa;--s3:#d78be6;--s4:#e2c044;--s5:#9fb0ca;--s6:#ff84ab;--s7:#a3d16b;
--tone-ink:#14171a;`;

/** Colours: light unless the reader prefers dark, and always light on paper. */
export const THEME = `
:root{color-scheme:light dark;--gutter:64px;--rim:14px;--plot-height:124px;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
@media (max-width:640px){:root{--gutter:44px;--rim:8px;--plot-height:112px}}
@media (min-width:1600px){:root{--plot-height:150px}}
@media print{:root{color-scheme:light;${LIGHT}}}
:root.printing{color-scheme:light;--plot-height:110px;--gutter:48px;${LIGHT}}
.printing .score{width:690px}`;
