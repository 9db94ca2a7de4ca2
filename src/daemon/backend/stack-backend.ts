import type { StackBackend } from '../../api/node-backend.ts';
import { findContainer } from '../../control/find-container.ts';
import { explainPlan } from '../../control/planner/explain-plan.ts';
import type { StackController } from '../../control/stack-controller.ts';
import type { ContainerDriver } from '../../engine/containers/container-driver.ts';
import { hideValues } from './hide-values.ts';

export function stackBackend(
  controller: StackController,
  containers: Pick<ContainerDriver, 'list'>,
): StackBackend {
  return {
    apply: (stack, options) => controller.apply(stack, options),
    plan: async (of, signal) => {
      const planned = await controller.plan(of, { signal });
      return { plan: planned.plan, text: explainPlan(planned) };
    },
    progress: (stack, signal) => controller.progress(stack, signal),
    delete: (stack) => controller.delete(stack),
    stop: (stack, services) => controller.stop(stack, services),
    start: (stack, services) => controller.start(stack, services),
    restart: (stack, services) => controller.restart(stack, services),
    pause: (stack, services, signal) => controller.pause(stack, services, { signal }),
    unpause: (stack, services, signal) => controller.unpause(stack, services, { signal }),
    list: async (stack) => {
      const names = stack === undefined ? controller.names() : [stack];
      return Promise.all(names.map((name) => controller.status(name)));
    },
    inspect: (object) => inspect(controller, containers, object),
  };
}

/** `shop`: the stack; `shop/web`: a service of it; anything else means a container. */
async function inspect(
  controller: StackController,
  containers: Pick<ContainerDriver, 'list'>,
  object: string,
): Promise<object> {
  const [name = '', place] = object.split('/', 2);
  if (!controller.names().includes(name)) return inspectContainer(await containers.list(), object);
  const desired = controller.desired(name);
  if (place === undefined) {
    const { stack, ...rest } = desired;
    const services = Object.values(stack.services).map(hideValues);
    const status = await controller.status(name);
    return { ...rest, stack: { ...stack, services }, status, revisions: controller.revisions(name) };
  }
  const service = desired.stack.services[place];
  if (service === undefined) return inspectContainer(await containers.list(), object);
  const { services } = await controller.status(name);
  return { definition: hideValues(service), status: services.find((status) => status.name === place) };
}

function inspectContainer(all: Parameters<typeof findContainer>[1], object: string): object {
  const { spec, ...facts } = findContainer(object, all);
  return { ...spec, definition: hideValues(spec.definition), ...facts };
}
