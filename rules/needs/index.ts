/** What rules need of hosts, what hosts of a kind are blind to, and layers for the ATT&CK Navigator: this room's door. */
export { sightOfHost, sightOfKind } from './blind-spots.ts';
export type { HostSight, NeedLine, NeedState, SeenSource } from './blind-spots.ts';
export { coverageDocument } from './document.ts';
export { HOST_KINDS, LOG_NEEDS } from './log-needs.ts';
export type { CoverageKind, InBoth, LogNeed } from './log-needs.ts';
export { LAYER_VERSION, navigatorLayer, techniquesOf } from './navigator.ts';
export type { Layer, LayerTechnique } from './navigator.ts';
export { needsOfPack } from './needs-of-rule.ts';
export type { RuleNeeds } from './needs-of-rule.ts';
