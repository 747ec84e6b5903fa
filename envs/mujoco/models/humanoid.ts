/**
 * Body of Humanoid and of HumanoidStandup: 17 driven joints; the second is drawn lying on its back, its axis along x.
 *
 * The sides are no mirror images: left knee and left hip have a stiffness and an armature of their own.
 *
 * *Source:* Tassa, Erez and Todorov 2012, "Synthesis and stabilization of complex behaviors through online trajectory
 * optimization"; the numbers of Gymnasium's v5 environments.
 * *Deviations:* 1. limited engine memory. 2. no silent reset. 3. two tendons that act on nothing are left out. 4. names, order
 * of attributes and decoration are our own.
 */

/** Where the two drawings differ: positions "x y z" in the parent's frame, `y(s)` for a side s = −1 (right) or 1 (left). */
type Drawing = Readonly<{
  torso: string
  head: string
  upperWaist: (y: number) => string
  lowerWaist: string
  pelvis: string
  thigh: (side: number) => string
  thighEnd: (side: number) => string
  shin: (side: number) => string
  shinEnd: string
  foot: string
  leftHipLowest: number
}>

const standing: Drawing = {
  torso: '0 0 1.4',
  head: '0 0 0.19',
  upperWaist: (y) => `-0.01 ${y} -0.12`,
  lowerWaist: '-0.01 0 -0.26',
  pelvis: '0 0 -0.165',
  thigh: (side) => `0 ${0.1 * side} -0.04`,
  thighEnd: (side) => `0 ${-0.01 * side} -0.34`,
  shin: (side) => `0 ${-0.01 * side} -0.403`,
  shinEnd: '0 0 -0.3',
  foot: '0 0 -0.45',
  leftHipLowest: -110,
}

const lying: Drawing = {
  torso: '0 0 0.105',
  head: '-0.15 0 0',
  upperWaist: (y) => `0.11 ${y} 0`,
  lowerWaist: '0.21 0 0',
  pelvis: '0.165 0 0',
  thigh: (side) => `0 ${0.1 * side} 0`,
  thighEnd: (side) => `0.34 ${-0.01 * side} 0`,
  shin: (side) => `0.403 ${-0.01 * side} 0`,
  shinEnd: '0.3 0 0',
  foot: '0.35 0 -0.1',
  leftHipLowest: -120,
}

const leg = (drawing: Drawing, side: -1 | 1): string => {
  const name = side < 0 ? 'right' : 'left'
  const hipY = side < 0 ? 'range="-110 20" armature="0.008"' : `range="${drawing.leftHipLowest} 20" armature="0.01"`
  return `
          <body name="${name}_thigh" pos="${drawing.thigh(side)}">
            <joint name="${name}_hip_x" axis="${-side} 0 0" range="-25 5" armature="0.01" damping="5" stiffness="10"/>
            <joint name="${name}_hip_z" axis="0 0 ${-side}" range="-60 35" armature="0.01" damping="5" stiffness="10"/>
            <joint name="${name}_hip_y" axis="0 1 0" ${hipY} damping="5" stiffness="20"/>
            <geom fromto="0 0 0 ${drawing.thighEnd(side)}" size="0.06"/>
            <body name="${name}_shin" pos="${drawing.shin(side)}">
              <joint name="${name}_knee" axis="0 -1 0" pos="0 0 0.02" range="-160 -2" armature="0.006" stiffness="${side < 0 ? 0 : 1}"/>
              <geom fromto="0 0 0 ${drawing.shinEnd}" size="0.049"/>
              <body name="${name}_foot" pos="${drawing.foot}">
                <geom type="sphere" size="0.075" pos="0 0 0.1"/>
              </body>
            </body>
          </body>`
}

const arm = (side: -1 | 1): string => {
  const name = side < 0 ? 'right' : 'left'
  const range = side < 0 ? '-85 60' : '-60 85'
  return `
      <body name="${name}_upper_arm" pos="0 ${0.17 * side} 0.06">
        <joint name="${name}_shoulder1" axis="2 ${-side} 1" range="${range}" armature="0.0068" stiffness="1"/>
        <joint name="${name}_shoulder2" axis="0 ${side} 1" range="${range}" armature="0.0051" stiffness="1"/>
        <geom fromto="0 0 0 0.16 ${0.16 * side} -0.16" size="0.04"/>
        <body name="${name}_lower_arm" pos="0.18 ${0.18 * side} -0.18">
          <joint name="${name}_elbow" axis="0 -1 ${-side}" range="-90 50" armature="0.0028" stiffness="0"/>
          <geom fromto="0.01 ${-0.01 * side} 0.01 0.17 ${-0.17 * side} 0.17" size="0.031"/>
          <geom type="sphere" size="0.04" pos="0.18 ${-0.18 * side} 0.18"/>
        </body>
      </body>`
}

const mjcf = (name: string, drawing: Drawing): string => `
<mujoco model="${name}">
  <compiler angle="degree"/>
  <size memory="4M"/>
  <option timestep="0.003" integrator="RK4" solver="PGS" iterations="50" gravity="0 0 -9.81"><flag autoreset="disable"/></option>
  <default>
    <geom type="capsule" condim="1" margin="0.001"/>
    <joint type="hinge" limited="true" damping="1"/>
    <motor ctrllimited="true" ctrlrange="-0.4 0.4" gear="100"/>
  </default>
  <worldbody>
    <geom name="floor" type="plane" size="20 20 0.125" condim="3" friction="1 0.1 0.1"/>
    <body name="torso" pos="${drawing.torso}">
      <freejoint name="root"/>
      <geom fromto="0 -0.07 0 0 0.07 0" size="0.07"/>
      <geom type="sphere" size="0.09" pos="${drawing.head}"/>
      <geom fromto="${drawing.upperWaist(-0.06)} ${drawing.upperWaist(0.06)}" size="0.06"/>
      <body name="lwaist" pos="${drawing.lowerWaist}" quat="1 0 -0.002 0">
        <joint name="abdomen_z" axis="0 0 1" pos="0 0 0.065" range="-45 45" armature="0.02" damping="5" stiffness="20"/>
        <joint name="abdomen_y" axis="0 1 0" pos="0 0 0.065" range="-75 30" armature="0.02" damping="5" stiffness="10"/>
        <geom fromto="0 -0.06 0 0 0.06 0" size="0.06"/>
        <body name="pelvis" pos="${drawing.pelvis}" quat="1 0 -0.002 0">
          <joint name="abdomen_x" axis="1 0 0" pos="0 0 0.1" range="-35 35" armature="0.02" damping="5" stiffness="10"/>
          <geom fromto="-0.02 -0.07 0 -0.02 0.07 0" size="0.09"/>${leg(drawing, -1)}${leg(drawing, 1)}
        </body>
      </body>${arm(-1)}${arm(1)}
    </body>
  </worldbody>
  <actuator>
    <motor joint="abdomen_y"/>
    <motor joint="abdomen_z"/>
    <motor joint="abdomen_x"/>
    <motor joint="right_hip_x"/>
    <motor joint="right_hip_z"/>
    <motor joint="right_hip_y" gear="300"/>
    <motor joint="right_knee" gear="200"/>
    <motor joint="left_hip_x"/>
    <motor joint="left_hip_z"/>
    <motor joint="left_hip_y" gear="300"/>
    <motor joint="left_knee" gear="200"/>
    <motor joint="right_shoulder1" gear="25"/>
    <motor joint="right_shoulder2" gear="25"/>
    <motor joint="right_elbow" gear="25"/>
    <motor joint="left_shoulder1" gear="25"/>
    <motor joint="left_shoulder2" gear="25"/>
    <motor joint="left_elbow" gear="25"/>
  </actuator>
</mujoco>`

export const humanoidMjcf = mjcf('humanoid', standing)
export const humanoidStandupMjcf = mjcf('humanoid-standup', lying)
