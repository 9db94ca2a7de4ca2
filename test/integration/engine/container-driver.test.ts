import { containerDriverSuite } from '../../contract/container-driver-suite.ts';
import { nativeNode } from '../../support/native-node.ts';

containerDriverSuite('real hostd and containers', nativeNode);
