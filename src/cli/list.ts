/**
 * `list` and `schema`: what can be named in a config, for readers and for editors.
 *
 * *Source:* none. *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import { configJsonSchema } from '../run/config.ts'
import type { Context } from './context.ts'
import { EXIT } from './failure.ts'
import type { Command } from './failure.ts'
import { loadModules } from './source.ts'

type Line = Readonly<{ name: string; line: string; paper: string }>

const section = (title: string, lines: readonly Line[], context: Context): string => {
  const { bold, dim } = context.terminal.colors
  const width = Math.max(0, ...lines.map(({ name }) => name.length))
  return [bold(title), ...lines.map(({ name, line, paper }) => `  ${name.padEnd(width)}  ${line}${paper === '' ? '' : dim(` [${paper}]`)}`)].join('\n')
}

/** Prints learners, outer levels, environments, families of tasks, wrappers, problems, backends and presets, each with one line and its paper. */
export const list = (context: Context, modules: readonly string[]): Command => async () => {
  const loaded = await loadModules(modules)
  if (E.isLeft(loaded)) return loaded
  const { learners, outers, envs, families, wrappers, problems, backends, presets } = loaded.right.registry
  const text = [
    section('learners', learners.map(({ kind, line, paper }) => ({ name: kind, line, paper })), context),
    section('outer levels', outers.map(({ kind, line, paper }) => ({ name: kind, line, paper })), context),
    section('environments', envs.map(({ id, title, source }) => ({ name: id, line: title, paper: source })), context),
    section('families of tasks', families.map(({ id, title, source }) => ({ name: id, line: title, paper: source })), context),
    section('wrappers', wrappers.map(({ kind, title, source }) => ({ name: kind, line: title, paper: source })), context),
    section('problems', problems.map(({ id, title }) => ({ name: id, line: title, paper: '' })), context),
    section('backends', backends.map(({ name, line }, i) => ({ name, line: i === 0 ? `${line} (the default)` : line, paper: '' })), context),
    section('presets', presets.map(({ name, line, paper }) => ({ name, line, paper })), context),
  ].join('\n\n')
  context.terminal.print(text)
  return E.right(EXIT.ok)
}

/** Prints the JSON Schema of a config. */
export const schema = (context: Context, modules: readonly string[]): Command => async () => {
  const loaded = await loadModules(modules)
  if (E.isLeft(loaded)) return loaded
  context.terminal.print(JSON.stringify(configJsonSchema(loaded.right.registry), null, 2))
  return E.right(EXIT.ok)
}
