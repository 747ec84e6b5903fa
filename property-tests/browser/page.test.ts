/**
 * The page that the README shows, built by a bundler in a project that has the package installed, trains in every browser of this machine and
 * ends where Node ends.
 *
 * *Source:* house rule 7 (examples run in the test command). *Deviations:* none.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTraining } from '../../src/browser/training.ts'
import { openExecutor } from '../../src/cli/registry.ts'
import { inProcess } from '../../src/shell/in-process.ts'
import { requireBuild, workshop } from '../cli/program.ts'
import { type Engine, enginesAt } from '../engines/engines.ts'
import { buildPage } from '../engines/page-server.ts'
import { ask } from '../engines/run-engine.ts'
import { root } from '../engines/script.ts'

const example = /```js page\.mjs\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? ''
const browsers = enginesAt(root).filter((engine): engine is Engine & { kind: 'page' } => engine.kind === 'page')
const minutes = 60_000

/** Runs the example, then tells what it has put into the page. */
const entry = `
const tell = (message) => fetch('/message', { method: 'POST', body: JSON.stringify(message) })
try {
  await import('./page.mjs')
  await tell({ kind: 'failed', group: '', golden: '', name: 'page', reason: document.body.textContent })
} catch (error) {
  await tell({ kind: 'failed', group: '', golden: '', name: 'page', reason: String(error) })
}
await tell({ kind: 'end', agent: navigator.userAgent })
`

/** The example with a worker of the page's own in place of the package's. */
const ownWorker = "createWorker: () => new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' })"
const exampleWithWorker = example.replaceAll(/workers: \d/g, `$&, ${ownWorker}`)

/** What the example should put into the page, computed here. */
const expectedText = async (): Promise<string> => {
  const config = /const config = (\{[\s\S]*?\n\})/.exec(example)?.[1] ?? ''
  const opened = await openTraining(new Function(`return ${config}`)(), { openHost: (setup) => inProcess(() => openExecutor(setup)) })
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left))
  const training = opened.right
  let text = ''
  await training.train(({ step, fraction }, events) => {
    for (const event of events) if (event.type === 'step') text += `${step}: ${event.metrics.policyReturn}, `
    return fraction < 0.5
  })
  await training.train()
  return `${text}done with ${training.standing().envSteps} env steps`
}

/** What the page that was built into `folder` tells in `engine`. */
const toldBy = async (engine: Engine, folder: string): Promise<readonly string[]> => {
  const { messages, failure } = await ask(engine, engine.command ?? '', { console: '', page: folder }, { groups: [] })
  expect(failure).toBeNull()
  return messages.flatMap((message) => (message.kind === 'failed' ? [message.reason] : []))
}

describe('the page of the README', () => {
  const place = workshop()
  let expected = ''
  beforeAll(async () => {
    requireBuild()
    mkdirSync(place.at('node_modules'))
    symlinkSync(root, place.at('node_modules/bilevel'))
    writeFileSync(place.at('package.json'), '{ "name": "a-page", "type": "module" }')
    writeFileSync(place.at('worker.mjs'), "import 'bilevel/browser/worker'\n")
    writeFileSync(place.at('entry.mjs'), entry)
    expected = await expectedText()
  }, 2 * minutes)
  afterAll(() => place.remove())

  const builtWith = async (text: string): Promise<string> => {
    writeFileSync(place.at('page.mjs'), text)
    await buildPage(place.at('entry.mjs'), place.at('built'))
    return place.at('built')
  }

  test('stops and goes on', () => {
    expect(expected).toMatch(/^1: \S+, 2: \S+, 3: \S+, done with \d+ env steps$/)
    expect(exampleWithWorker.match(/createWorker/g)).toHaveLength(2)
  })

  for (const engine of browsers) {
    const { title, command } = engine
    test.skipIf(command === null)(
      command === null ? `${title}: not run` : `trains in ${title}, on workers of the package or of the page`,
      async () => {
        for (const text of [example, exampleWithWorker]) expect(await toldBy(engine, await builtWith(text))).toEqual([expected])
      },
      4 * minutes,
    )
  }
})
