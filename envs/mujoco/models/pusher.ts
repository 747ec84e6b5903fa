/**
 * Body of Pusher: a seven-jointed arm with a fork, an object that slides on a table, and a goal on slides of its own.
 *
 * *Source:* the numbers of Gymnasium's environments.
 * *Deviations:* 1. limited engine memory. 2. no silent reset. 3. names, order of attributes and decoration are our own.
 */
/** The object as of v5, and before: nearly without mass, inside a sphere that touches nothing. */
const objects = {
  cylinder: `
      <geom type="cylinder" size="0.05 0.05" density="0.01" contype="1"/>`,
  sphereAndCylinder: `
      <geom type="sphere" size="0.05" density="1e-5"/>
      <geom type="cylinder" size="0.05 0.05" density="1e-5" contype="1"/>`,
}

export type PusherObject = keyof typeof objects

/** The body with one of the two objects. */
export const pusherMjcf = (object: PusherObject): string => `
<mujoco model="pusher">
  <compiler angle="radian"/>
  <size memory="512K"/>
  <option timestep="0.01" integrator="Euler" solver="Newton" iterations="20" gravity="0 0 0"><flag autoreset="disable"/></option>
  <default>
    <geom type="capsule" condim="1" margin="0.002" density="300" friction="0.8 0.1 0.1" contype="0" conaffinity="0"/>
    <joint type="hinge" armature="0.04" damping="0.1" limited="true"/>
    <motor ctrllimited="true" ctrlrange="-2 2"/>
    <default class="eye"><geom type="sphere" size="0.05"/></default>
    <default class="pupil"><geom type="sphere" size="0.03"/></default>
    <default class="fork"><geom size="0.02" contype="1" conaffinity="1"/></default>
    <default class="tip"><geom type="sphere" size="0.01"/></default>
    <default class="slide"><joint type="slide" damping="0.5" range="-10.3213 10.3"/></default>
  </default>
  <worldbody>
    <geom name="table" type="plane" pos="0 0.5 -0.325" size="1 1 0.1" contype="1" conaffinity="1"/>
    <body name="r_shoulder_pan_link" pos="0 -0.6 0">
      <geom class="eye" pos="-0.06 0.05 0.2"/>
      <geom class="eye" pos="0.06 0.05 0.2"/>
      <geom class="pupil" pos="-0.06 0.09 0.2"/>
      <geom class="pupil" pos="0.06 0.09 0.2"/>
      <geom fromto="0 0 -0.4 0 0 0.2" size="0.1"/>
      <joint name="r_shoulder_pan_joint" axis="0 0 1" range="-2.2854 1.714602" damping="1"/>
      <body name="r_shoulder_lift_link" pos="0.1 0 0">
        <geom fromto="0 -0.1 0 0 0.1 0" size="0.1"/>
        <joint name="r_shoulder_lift_joint" axis="0 1 0" range="-0.5236 1.3963" damping="1"/>
        <body name="r_upper_arm_roll_link">
          <geom fromto="-0.1 0 0 0.1 0 0" size="0.02"/>
          <joint name="r_upper_arm_roll_joint" axis="1 0 0" range="-1.5 1.7"/>
          <body name="r_upper_arm_link">
            <geom fromto="0 0 0 0.4 0 0" size="0.06"/>
            <body name="r_elbow_flex_link" pos="0.4 0 0">
              <geom fromto="0 -0.02 0 0 0.02 0" size="0.06"/>
              <joint name="r_elbow_flex_joint" axis="0 1 0" range="-2.3213 0"/>
              <body name="r_forearm_roll_link">
                <geom fromto="-0.1 0 0 0.1 0 0" size="0.02"/>
                <joint name="r_forearm_roll_joint" axis="1 0 0" range="-1.5 1.5"/>
                <body name="r_forearm_link">
                  <geom fromto="0 0 0 0.291 0 0" size="0.05"/>
                  <body name="r_wrist_flex_link" pos="0.321 0 0">
                    <geom fromto="0 -0.02 0 0 0.02 0" size="0.01"/>
                    <joint name="r_wrist_flex_joint" axis="0 1 0" range="-1.094 0"/>
                    <body name="r_wrist_roll_link">
                      <joint name="r_wrist_roll_joint" axis="1 0 0" range="-1.5 1.5"/>
                      <geom class="fork" fromto="0 -0.1 0 0 0.1 0"/>
                      <geom class="fork" fromto="0 -0.1 0 0.1 -0.1 0"/>
                      <geom class="fork" fromto="0 0.1 0 0.1 0.1 0"/>
                      <body name="tips_arm">
                        <geom class="tip" pos="0.1 -0.1 0"/>
                        <geom class="tip" pos="0.1 0.1 0"/>
                      </body>
                    </body>
                  </body>
                </body>
              </body>
            </body>
          </body>
        </body>
      </body>
    </body>
    <body name="object" pos="0.45 -0.05 -0.275">${objects[object]}
      <joint name="obj_slidey" class="slide" axis="0 1 0"/>
      <joint name="obj_slidex" class="slide" axis="1 0 0"/>
    </body>
    <body name="goal" pos="0.45 -0.05 -0.323">
      <geom type="cylinder" size="0.08 0.001" density="1e-5"/>
      <joint name="goal_slidey" class="slide" axis="0 1 0"/>
      <joint name="goal_slidex" class="slide" axis="1 0 0"/>
    </body>
  </worldbody>
  <actuator>
    <motor joint="r_shoulder_pan_joint"/>
    <motor joint="r_shoulder_lift_joint"/>
    <motor joint="r_upper_arm_roll_joint"/>
    <motor joint="r_elbow_flex_joint"/>
    <motor joint="r_forearm_roll_joint"/>
    <motor joint="r_wrist_flex_joint"/>
    <motor joint="r_wrist_roll_joint"/>
  </actuator>
</mujoco>`
