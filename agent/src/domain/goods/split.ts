export { split } from '@aisle/contracts';
