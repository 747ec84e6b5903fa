import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { exp, normalQuantile } from '../../src/core/dmath.ts'
import { InvariantError } from '../../src/core/invariant.ts'
import type { PolicySpec } from '../../src/core/job.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { box, discrete, uniformBox, type Space } from '../../src/core/space.ts'
import { arrayOf } from '../../src/nn/layout.ts'
import { mlp } from '../../src/nn/mlp.ts'
import { compilePolicy, initPolicy, policyLayout, policyParameterCount, policyProblems } from '../../src/nn/policy.ts'

const key = rootKey('policy')
const obsSize = 5
const space = box([-1, -2, 0], [1, 2, 0.5])
const base: PolicySpec = {
  kind: 'gaussian',
  hidden: [8, 6],
  activation: 'tanh',
  outputActivation: 'linear',
  initialLogStd: -1,
  init: 'torch',
  action: 'raw',
}
const obs = normals(foldIn(key, 1), obsSize)

const actOnce = (spec: PolicySpec, parameters: Float64Array, noise: Float64Array | null, actionSpace: Space = space): Float64Array => {
  const action = new Float64Array(actionSpace.kind === 'box' ? actionSpace.low.length : 1)
  const policy = compilePolicy(spec, obsSize, actionSpace, reference)
  policy.load(parameters)
  policy.act(obs, noise, action)
  return action
}

const meanOf = (spec: PolicySpec, parameters: Float64Array, outputs: number): Float64Array => {
  const { activation, outputActivation } = spec
  return mlp({ sizes: [obsSize, ...spec.hidden, outputs], activation, outputActivation }, reference).forward(parameters, obs, 1)
}

describe('a policy', () => {
  it('has the published parameter counts', () => {
    const count = (observations: number, actions: number) =>
      policyParameterCount({ ...base, hidden: [64, 64] }, observations, uniformBox(actions, -1, 1))
    // HalfCheetah, Hopper, Swimmer, InvertedPendulum with 64-64 nets and a log-std per action
    expect([count(17, 6), count(11, 3), count(8, 2), count(4, 1)]).toEqual([5708, 5126, 4868, 4546])
  })

  it('starts at its initialisation with the log-std behind the net', () => {
    const parameters = initPolicy(key, base, obsSize, space)
    const layout = policyLayout(base, obsSize, space)
    expect([...arrayOf(layout, parameters, 'logStd')]).toEqual([-1, -1, -1])
    expect(layout.at(-1)?.name).toBe('logStd')
    expect(layout[0]).toEqual({ name: 'net.0.weight', shape: [8, obsSize], offset: 0 })
    const plain = { ...base, kind: 'deterministic' } as const
    expect(initPolicy(key, plain, obsSize, space)).toEqual(parameters.slice(0, -3))
    expect([...initPolicy(key, { ...plain, init: 'zeros' }, obsSize, space)].every((value) => value === 0)).toBe(true)
  })

  it('acts by the network bit for bit, and adds e^(log-std) times the noise', () => {
    const parameters = initPolicy(key, base, obsSize, space)
    parameters.set([-1, 0, 0.5], parameters.length - 3)
    const mean = meanOf(base, parameters, 3)
    expect(actOnce(base, parameters, null)).toEqual(mean)
    const noise = Float64Array.of(0.5, -1, 2)
    expect(actOnce(base, parameters, noise)).toEqual(mean.map((value, a) => value + exp([-1, 0, 0.5][a]) * noise[a]))
    expect(actOnce({ ...base, kind: 'deterministic' }, parameters.slice(0, -3), noise)).toEqual(mean)
  })

  it('squashes the mean before noise where an output activation is given', () => {
    const spec = { ...base, outputActivation: 'tanh' } as const
    const parameters = initPolicy(key, spec, obsSize, space).map((value) => 20 * value)
    expect(actOnce(spec, parameters, null)).toEqual(meanOf(spec, parameters, 3))
    expect(actOnce(spec, parameters, null).every((value) => Math.abs(value) <= 1)).toBe(true)
  })

  it('clips to the bounds, or maps [−1, 1] to them and clips', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }), (means) => {
        // a net of zero weights whose last bias is the mean
        const parameters = new Float64Array(policyParameterCount({ ...base, kind: 'deterministic' }, obsSize, space))
        parameters.set(means, parameters.length - 3)
        const clipped = actOnce({ ...base, kind: 'deterministic', action: 'clip' }, parameters, null)
        const rescaled = actOnce({ ...base, kind: 'deterministic', action: 'rescale' }, parameters, null)
        means.forEach((m, a) => {
          expect(clipped[a]).toBeCloseTo(Math.min(space.high[a], Math.max(space.low[a], m)), 15)
          const inside = Math.min(1, Math.max(-1, m))
          // one rounding of each operation, for numbers of order 1
          expect(Math.abs(rescaled[a] - (space.low[a] + ((inside + 1) / 2) * (space.high[a] - space.low[a])))).toBeLessThan(1e-15)
          expect(rescaled[a] >= space.low[a] && rescaled[a] <= space.high[a]).toBe(true)
        })
      }),
      { seed: 42, numRuns: 100 },
    )
  })

  it('takes the largest output, the lowest index on ties, for discrete actions', () => {
    const spec = { ...base, kind: 'deterministic', hidden: [] } as const
    const choice = (bias: readonly number[]): number => {
      const parameters = new Float64Array(policyParameterCount(spec, obsSize, discrete(4)))
      parameters.set(bias, parameters.length - 4)
      return actOnce(spec, parameters, null, discrete(4))[0]
    }
    expect([choice([0, 3, 1, 2]), choice([1, 1, 1, 1]), choice([0, 2, 2, 1]), choice([-5, -9, -7, -1])]).toEqual([1, 0, 1, 3])
  })

  it('samples a categorical action by its softmax', () => {
    const spec = { ...base, kind: 'categorical', hidden: [] } as const
    const parameters = new Float64Array(policyParameterCount(spec, obsSize, discrete(3)))
    parameters.set([1000, 1000 - Math.LN2, 1000 - 2 * Math.LN2], parameters.length - 3) // probabilities 4/7, 2/7, 1/7
    const policy = compilePolicy(spec, obsSize, discrete(3), reference)
    expect(policy.noiseSize).toBe(1)
    policy.load(parameters)
    const at = (u: number): number => {
      const action = new Float64Array(1)
      policy.act(obs, Float64Array.of(normalQuantile(u)), action)
      return action[0]
    }
    expect([at(0.001), at(4 / 7 - 1e-9), at(4 / 7 + 1e-9), at(6 / 7 - 1e-9), at(6 / 7 + 1e-9), at(0.999)]).toEqual([0, 0, 1, 1, 2, 2])
    const action = new Float64Array(1)
    policy.act(obs, null, action)
    expect(action[0]).toBe(0)
  })

  it('acts by the parameters that were loaded last and by nothing else, and leaves its inputs unchanged', () => {
    const policy = compilePolicy(base, obsSize, space, reference)
    const [p, q] = [initPolicy(key, base, obsSize, space), initPolicy(foldIn(key, 9), base, obsSize, space)]
    const noise = Float64Array.of(1, 2, 3)
    const before = structuredClone({ p, obs, noise })
    const [first, other, again] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)]
    expect(() => policy.act(obs, noise, first)).toThrow(InvariantError)
    policy.load(p)
    policy.act(obs, noise, first)
    policy.load(q)
    policy.act(obs.map((value) => 100 * value), null, other)
    const overwritten = p.slice()
    policy.load(overwritten)
    overwritten.fill(NaN)
    policy.act(obs, noise, again)
    expect(again).toEqual(first)
    expect({ p, obs, noise }).toEqual(before)
  })

  it('passes NaN on instead of repairing it', () => {
    const parameters = initPolicy(key, { ...base, kind: 'deterministic', action: 'clip' }, obsSize, space).fill(NaN)
    expect([...actOnce({ ...base, kind: 'deterministic', action: 'clip' }, parameters, null)]).toEqual([NaN, NaN, NaN])
  })

  it('names what does not fit its action space, and is not compiled then', () => {
    expect(policyProblems(base, space)).toEqual([])
    expect(policyProblems(base, discrete(2))).toEqual(['a gaussian policy needs continuous actions; kind categorical or deterministic chooses among discrete ones'])
    expect(policyProblems({ ...base, kind: 'categorical' }, space)).toEqual(['a categorical policy needs discrete actions; kind gaussian or deterministic has others'])
    expect(policyProblems({ ...base, action: 'rescale' }, uniformBox(2, -Infinity, 1))).toEqual(['rescaling needs finite action bounds'])
    expect(policyProblems({ ...base, hidden: [0] }, space)[0]).toMatch(/positive integers/)
    expect(() => compilePolicy(base, obsSize, discrete(2), reference)).toThrow(/continuous/)
    expect(() => actOnce(base, new Float64Array(3), null)).toThrow(/parameters/)
  })
})
