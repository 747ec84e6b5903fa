/**
 * The calls that the micro bench times: every kernel at the sizes that runs use and at those about which a backend changes its method.
 *
 * *Source:* house goals for kernels. *Deviations:* none.
 */
import type { KernelCase } from '../../src/cli/kernel-case.ts'
import {
  activateCase, activatePullbackCase, affineCase, affineInputPullbackCase, affineParameterPullbackCase, lstmForwardCase, lstmPullbackCase,
  lstmStepCase, mlpForwardCase, mlpPullbackCase, perturbedForwardCase, populationForwardCase, residentLstmCase, residentMlpCase,
} from '../../src/cli/network-kernel-cases.ts'
import {
  choleskyCase, covarianceCase, drawCase, neighboursCase, optimiserCase, productCase, solveCase, squaredDistancesCase, weightedNoiseCase,
} from '../../src/cli/row-kernel-cases.ts'

const policy = [17, 64, 64, 6]
const small = [3, 16, 1]
const wide = [376, 256, 256, 17]

type Pair = readonly [number, number]
type Triple = readonly [number, number, number]
type Quadruple = readonly [number, number, number, number]
const pairs = (list: readonly Pair[]): readonly Pair[] => list
const triples = (list: readonly Triple[]): readonly Triple[] => list
const quadruples = (list: readonly Quadruple[]): readonly Quadruple[] => list

const shapes = triples([[1, 17, 64], [1, 64, 64], [2, 64, 64], [4, 8, 8], [4, 64, 64], [8, 64, 64], [64, 17, 64], [64, 64, 6], [64, 64, 1]])
const largeShapes = triples([[64, 64, 64], [256, 64, 64], [128, 128, 128], [256, 256, 256], [2048, 64, 64]])
const affineKinds = [affineCase, affineInputPullbackCase, affineParameterPullbackCase]

/** Matrix products of 64 and above: what a vector backend is for. */
export const largeProducts = (): readonly KernelCase[] => [
  ...largeShapes.flatMap((shape) => affineKinds.map((kind) => kind(...shape))),
  ...[64, 128, 256, 512].flatMap((n) => (['nn', 'tn', 'nt'] as const).map((form) => productCase(form, n, n, n))),
]

/** Everything else. */
export const otherCalls = (): readonly KernelCase[] => [
  ...shapes.flatMap((shape) => affineKinds.map((kind) => kind(...shape))),
  ...[6, 64, 1024, 16_384].flatMap((n) => (['tanh', 'sigmoid', 'relu'] as const).flatMap((name) => [activateCase(name, n), activatePullbackCase(name, n)])),
  ...[small, policy, wide].flatMap((sizes) => [1, 2, 4, 8, 64, 1024].flatMap((batch) => [mlpForwardCase(sizes, batch), mlpPullbackCase(sizes, batch)])),
  ...[small, policy, wide].flatMap((sizes) => [1, 8, 64].flatMap((batch) => [residentMlpCase(sizes, batch), populationForwardCase(sizes, batch)])),
  perturbedForwardCase(small, 8), perturbedForwardCase(policy, 8),
  ...triples([[1, 1, 8], [1, 40, 64], [4, 40, 64], [16, 40, 64], [1, 200, 256]]).map((shape) => lstmStepCase(...shape)),
  ...quadruples([[1, 1, 1, 8], [5, 1, 1, 32], [1, 1, 40, 64], [3, 1, 40, 64], [10, 1, 40, 64], [10, 8, 40, 64], [5, 1, 200, 256]]).flatMap((shape) => [
    lstmForwardCase(...shape),
    lstmPullbackCase(...shape),
  ]),
  residentLstmCase(1, 8), residentLstmCase(40, 64), residentLstmCase(200, 256),
  ...[64, 512, 5708, 100_000].flatMap((n) => (['adam', 'rmsprop', 'sgd'] as const).map((kernel) => optimiserCase(kernel, n))),
  ...[1, 6, 64, 5708, 100_000].flatMap((n) => (['uniforms', 'normals', 'perturb'] as const).map((kernel) => drawCase(kernel, n))),
  weightedNoiseCase(2, 6), weightedNoiseCase(40, 5708), weightedNoiseCase(20, 100_000),
  productCase('nn', 4, 4, 4), productCase('tn', 8, 8, 8), productCase('nt', 16, 16, 16), productCase('nn', 1, 64, 64), productCase('nn', 64, 64, 1),
  ...triples([[1, 20, 3], [10, 10, 3], [50, 50, 8], [500, 500, 8]]).flatMap((shape) => [squaredDistancesCase(...shape), covarianceCase('matern52', ...shape)]),
  covarianceCase('rbf', 500, 500, 8), covarianceCase('rbf', 1, 5000, 8),
  ...quadruples([[20, 5, 1, 5], [500, 5, 1, 11], [500, 5, 4, 11], [5000, 32, 1, 11], [5000, 32, 1000, 11]]).flatMap(([rows, dimensions, count, k]) => [
    neighboursCase('neighbours', rows, dimensions, count, k),
    neighboursCase('residentRows', rows, dimensions, count, k),
  ]),
  ...[4, 8, 16, 32, 100, 500, 1000].map(choleskyCase),
  ...pairs([[4, 1], [8, 4], [16, 1], [32, 4], [50, 1], [100, 1], [100, 100], [500, 1], [500, 500], [1000, 1], [1000, 16]]).flatMap((shape) => [
    solveCase('solveLower', ...shape),
    solveCase('solveLowerTransposed', ...shape),
  ]),
]
