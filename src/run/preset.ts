/**
 * A named starting point: a config as a user would write it, before defaults.
 *
 * *Source:* house rule: choices are data. *Deviations:* none.
 */
import type { Json } from '../core/env.ts'

/** `line` is one line of `bilevel list`; `config` is checked by the same schema as a user's file. */
export type Preset = Readonly<{ name: string; title: string; paper: string; line: string; config: Readonly<Record<string, Json>> }>
