/**
 * From what a user names (a preset, a YAML file, a manifest) and changes on the command line to a resolved config.
 *
 * Paths inside a config (modules, schedule files) are relative to the current directory, like those on the command line.
 *
 * *Source:* house rule 8.1: all problems are reported at once. *Deviations:* none.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { nearest } from '../core/nearest.ts'
import { applySet, parseConfigText, withLines } from '../run/config-text.ts'
import { embedFiles, filesOf, resolveConfig } from '../run/config.ts'
import type { RunConfig } from '../run/config.ts'
import { configProblem } from '../run/fault.ts'
import type { ConfigProblem } from '../run/fault.ts'
import { looksLikeManifest } from '../run/manifest.ts'
import type { Registry } from '../run/registry.ts'
import { reasonOf } from '../shell/evaluator.ts'
import { badConfig, EXIT, failure } from './failure.ts'
import type { Failure } from './failure.ts'
import { builtIn, loadRegistry } from './registry.ts'

/** What the command line changes in a config: `set` holds texts `path=value`, applied in order; `seed` comes last. */
export type Changes = Readonly<{ seed: string | null; set: readonly string[] }>

export type Resolved = Readonly<{ registry: Registry; config: RunConfig }>

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A seed as a config holds it: digits become a number, so that `--seed 7` and `seed: 7` are the same config. */
export const seedOf = (text: string): string | number => (/^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text)

const fileText = (source: string): E.Either<Failure, string> => {
  if (existsSync(source) && statSync(source).isFile()) return E.right(readFileSync(source, 'utf8'))
  if (existsSync(join(source, 'manifest.json'))) {
    return E.left(failure(EXIT.usage, `${source} is a run\n  'bilevel resume ${source}' continues it, 'bilevel train ${join(source, 'manifest.json')}' makes the same run again`))
  }
  const guess = nearest(source, builtIn.presets.map(({ name }) => name))
  return E.left(failure(EXIT.usage, `no preset and no file is named '${source}'${guess === null ? '' : `; did you mean '${guess}'?`}\n  'bilevel list' shows the presets`))
}

/** What the source says, before anything is checked, and how its problems are shown. */
type Written = Readonly<{ value: unknown; locate(problems: readonly ConfigProblem[]): readonly ConfigProblem[] }>

const readSource = (source: string): E.Either<Failure, Written> => {
  const preset = builtIn.presets.find(({ name }) => name === source)
  if (preset !== undefined) return E.right({ value: preset.config, locate: (problems) => problems })
  const text = fileText(source)
  if (E.isLeft(text)) return text
  const parsed = parseConfigText(text.right)
  if (E.isLeft(parsed)) return E.left(badConfig(source, parsed.left))
  const { value } = parsed.right
  if (looksLikeManifest(value)) return E.right({ value: value.config, locate: (problems) => problems })
  return E.right({ value: value ?? {}, locate: (problems) => withLines(problems, parsed.right) })
}

/** The URL of a module named in a config: a path from the current directory, or a package installed there. */
const moduleUrl = (specifier: string): string => {
  const isPath = /^\.{0,2}[/\\]/.test(specifier) || /\.[cm]?[jt]s$/.test(specifier)
  if (specifier.startsWith('file:')) return specifier
  return pathToFileURL(isPath ? resolve(specifier) : createRequire(join(process.cwd(), 'package.json')).resolve(specifier)).href
}

/** URLs of the modules of a config, and the registry with them. */
export type Modules = Readonly<{ registry: Registry; urls: readonly string[] }>

/** Imports the modules of a config. */
export const loadModules = async (modules: readonly string[]): Promise<E.Either<Failure, Modules>> => {
  try {
    const urls = modules.map(moduleUrl)
    return E.right({ registry: await loadRegistry(urls), urls })
  } catch (error) {
    return E.left(failure(EXIT.evaluation, `a module of the config cannot be loaded: ${reasonOf(error)}\n  modules are looked up from the current directory`))
  }
}

/** The config with the content of the files that its outer levels name. */
const withFiles = (registry: Registry, config: RunConfig): E.Either<readonly ConfigProblem[], RunConfig> => {
  const files = filesOf(config, registry)
  const missing = files.filter((file) => !existsSync(file))
  if (missing.length > 0) return E.left(missing.map((file) => configProblem('', 'files that exist', file, 'paths in a config are relative to the current directory')))
  return embedFiles(config, registry, new Map(files.map((file) => [file, readFileSync(file)])))
}

/** The resolved config of `source` with `changes`, and the registry that it was checked against. */
export const resolveSource = async (source: string, changes: Changes): Promise<E.Either<Failure, Resolved>> => {
  const read = readSource(source)
  if (E.isLeft(read)) return read
  const problems: ConfigProblem[] = []
  let { value } = read.right
  for (const assignment of changes.set) {
    const changed = applySet(value, assignment)
    if (E.isLeft(changed)) problems.push(changed.left)
    else value = changed.right
  }
  if (changes.seed !== null && isRecord(value)) value = { ...value, seed: seedOf(changes.seed) }
  const named = isRecord(value) && Array.isArray(value.modules) ? value.modules : []
  const loaded = await loadModules(named.filter((name) => typeof name === 'string'))
  if (E.isLeft(loaded)) return loaded
  const { registry } = loaded.right
  const resolved = resolveConfig(value, registry)
  if (E.isLeft(resolved)) return E.left(badConfig(source, [...problems, ...read.right.locate(resolved.left)]))
  if (problems.length > 0) return E.left(badConfig(source, problems))
  const complete = withFiles(registry, resolved.right)
  return E.isLeft(complete) ? E.left(badConfig(source, read.right.locate(complete.left))) : E.right({ registry, config: complete.right })
}
