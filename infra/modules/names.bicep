// Names that more than one module must agree on. The program's names of tables, queues, containers and keys are its own
// (src/RecordsGuard.Azure/StorageNames.cs and the domain); a test compares.

@export()
@description('What an app may be made to do (RecordsGuard__Duties).')
type duty = 'ingest' | 'access' | 'custody' | 'disposition' | 'keys' | 'audit' | 'alerts'

@export()
type app = {
  @description('Part of the names of the app, its identity and its host account.')
  @minLength(3)
  @maxLength(11)
  name: string
  duties: duty[]
  @description('Instances kept warm for HTTP. Default 0.')
  alwaysReady: int?
  @description('Most instances. Default 40.')
  maximumInstances: int?
  @description('MiB of an instance. Default 2048.')
  memory: (512 | 2048 | 4096)?
}

@export()
@description('What the apps call from; network.bicep divides it.')
var networkRange = '10.64.0.0/16'

@export()
var tables = ['Clients', 'Directory', 'Access', 'Practices', 'RetentionDue', 'Dispositions', 'Alerts', 'Quarantine']

@export()
var pendingTable = 'AuditPending'

@export()
@description('Where in the log to look.')
var indexTable = 'AuditIndex'

@export()
@description('The queues that have a function; inbox is fed by Event Grid.')
var queues = ['sweep', 'purge', 'reconcile', 'rotate', 'settle', 'backup', 'restore', 'alerts', 'sequence', 'inbox']

@export()
@description('Keys of the deployment. Each practice has two more, <practice>-content and <practice>-index.')
var deploymentKeys = {
  slipBackup: 'slip-backup'
  certificates: 'certificates'
  checkpoints: 'log-checkpoints'
}

@export()
@description('Containers that Azure Monitor writes resource logs to.')
var logContainers = [
  'insights-logs-storageread'
  'insights-logs-storagewrite'
  'insights-logs-storagedelete'
  'insights-logs-auditevent'
  'insights-activity-logs'
]

@export()
@description('Of a custom role: role names are unique in a tenant, so the name of the deployment is part of them.')
func roleId(group string, prefix string, role string) string => guid(group, prefix, 'recordsguard', role)

@export()
@description('Practices a nested template takes: 8 assignments each at most, and a template holds 800 resources.')
var practicesAtOnce = 50

@export()
@description('A key encryption key.')
func kek(hsm bool) object => {
  attributes: { enabled: true, exportable: false }
  kty: hsm ? 'RSA-HSM' : 'RSA'
  keySize: 3072
  keyOps: ['wrapKey', 'unwrapKey']
}

@export()
@description('What an assignment of a custom role says.')
func assignment(group string, prefix string, app string, principal string, role string) object => {
  principalId: principal
  principalType: 'ServicePrincipal'
  roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId(group, prefix, role))
  description: '${app}: ${role}'
}
