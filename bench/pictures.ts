/**
 * Draws every environment on one sheet, at its start and some steps later under random actions, to be looked at.
 *
 *     node dist/bench/pictures.js                    # docs/pictures.svg and .png: one of each kind
 *     node dist/bench/pictures.js --all --out DIR    # every version of every environment, a sheet and single files under DIR
 *
 * Each action is held for eight steps, because a new one at every step moves little.
 *
 * *Source:* none. *Deviations:* none.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { envEntries } from '../envs/index.ts'
import type { Env, EnvEntry } from '../src/core/env.ts'
import { foldIn, rootKey } from '../src/core/rng.ts'
import { sample, sizeOf } from '../src/core/space.ts'
import { pictureHeight } from '../src/plot/picture-markup.ts'
import { pictureSheet, pictureSvg, type PictureCell } from '../src/plot/picture-svg.ts'
import { openRasteriser } from '../src/shell/rasteriser.ts'

const laterStep = 60
const heldFor = 8
const columns = 6
const cellWidth = 190

/** Earlier versions and tasks on Gymnasium's robots look like what they derive from. */
const isOfItsOwn = ({ id }: EnvEntry): boolean => !/-v[24]$|-gymnasium$|^(cheetah|ant)-dir/.test(id)

/** The bytes of the state after `steps` random steps, or before the end of the episode, and how many steps that were. */
const walk = (env: Env, steps: number): Readonly<{ bytes: Uint8Array; step: number }> => {
  const [keyReset, keySteps, keyActions] = [0, 1, 2].map((i) => foldIn(rootKey('pictures'), i))
  const live = env.live()
  const obs = new Float64Array(sizeOf(env.spec.observationSpace))
  live.reset(keyReset, obs)
  let step = 0
  while (step < steps && !live.terminated && !live.truncated) {
    live.step(foldIn(keySteps, step), sample(foldIn(keyActions, Math.floor(step / heldFor)), env.spec.actionSpace), obs)
    step++
  }
  return { bytes: live.save(), step }
}

const cellsOf = async (entry: EnvEntry): Promise<readonly PictureCell[]> => {
  const env = await entry.open({})
  try {
    return [0, laterStep].flatMap((steps): readonly PictureCell[] => {
      const { bytes, step } = walk(env, steps)
      return env.picture === undefined ? [] : [{ picture: env.picture(env.decode(bytes)), lines: [entry.id, `step ${step}`] }]
    })
  } finally {
    env.close()
  }
}

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false }, out: { type: 'string', default: 'docs' } } })
mkdirSync(values.out, { recursive: true })
const pairs: (readonly PictureCell[])[] = []
for (const entry of envEntries.filter((each) => values.all || isOfItsOwn(each))) pairs.push(await cellsOf(entry))
// tall ones beside tall ones leave no holes
const heightOf = ([first]: readonly PictureCell[]): number => (first === undefined ? 0 : Math.round(pictureHeight(first.picture, cellWidth)))
const cells = pairs.toSorted((a, b) => heightOf(b) - heightOf(a)).flat()
const rasterise = await openRasteriser()
const write = (name: string, svg: string): void => {
  writeFileSync(join(values.out, `${name}.svg`), svg)
  writeFileSync(join(values.out, `${name}.png`), rasterise(svg))
}
write('pictures', pictureSheet({ cells, columns, cellWidth, gap: 12 }, 'Every environment at its start and some steps later'))
if (values.all) for (const { picture, lines } of cells) write(lines.join('-').replaceAll(' ', '-'), pictureSvg(picture, { title: lines.join(', ') }))
process.stdout.write(`${join(values.out, 'pictures.svg')}: ${cells.length} pictures\n`)
