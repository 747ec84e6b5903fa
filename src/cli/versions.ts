/**
 * The versions that a run was made with: of this program, of Node, of the engines.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { codeVersion } from '../run/code-version.ts'
import type { Versions } from '../run/manifest.ts'

export { codeVersion }

type Package = Readonly<{ name: string; version: string }>

/** The description of package `name` whose files lie around `path`. */
const packageAround = (path: string, name: string): Package | null => {
  const file = join(path, 'package.json')
  if (existsSync(file)) {
    const description = JSON.parse(readFileSync(file, 'utf8')) as Package
    if (description.name === name) return description
  }
  return dirname(path) === path ? null : packageAround(dirname(path), name)
}

const ENGINES = ['@mujoco/mujoco', 'planck'] as const

/** Versions for a manifest, with those of `packages`. They are for the reader: results do not depend on Node. */
export const versions = (packages: readonly string[] = []): Versions => {
  const { resolve } = createRequire(import.meta.url)
  const engines = [...ENGINES, ...packages].map((name) => [name, packageAround(dirname(resolve(name)), name)?.version ?? 'unknown'] as const)
  return { bilevel: codeVersion, node: process.versions.node, ...Object.fromEntries(engines) }
}
