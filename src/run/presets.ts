/**
 * The presets that come with the package.
 *
 * *Source:* none; a list. *Deviations:* none.
 */
import type { Preset } from './preset.ts'
import { bierlNpmCodePreset, bierlPmCodePreset } from './presets/bierl-code.ts'
import { bierlNpmPaperPreset, bierlPmPaperPreset } from './presets/bierl-paper.ts'
import { epgtMcc, epgtMccCode, epgtMujoco, epgtWalker } from './presets/epgt.ts'
import { quickstart } from './presets/quickstart.ts'
import { vanillaEsCodePreset, vanillaEsPreset } from './presets/vanilla-es.ts'

export const presets: readonly Preset[] = [
  quickstart,
  vanillaEsPreset,
  vanillaEsCodePreset,
  bierlPmPaperPreset,
  bierlPmCodePreset,
  bierlNpmPaperPreset,
  bierlNpmCodePreset,
  epgtMcc,
  epgtMccCode,
  epgtWalker,
  epgtMujoco,
]
