// What each duty may do, and the assignments that say so to Azure, for one app. The list is the whole list: what is not
// in it is refused. tests/RecordsGuard.Tests/Infra/allowed-rights.txt says the same from the other side.
import { assignment, deploymentKeys, duty, indexTable, logContainers, pendingTable, practicesAtOnce, queues } from 'names.bicep'

param prefix string
param appName string
param duties duty[]
param principalId string

param recordsAccount string
param slipsAccount string
param auditAccount string
param inboxAccount string
param logsAccount string
param vaultName string
param practices string[]

@description('While keys are being rotated: the duty keys may unwrap and make new versions.')
param rotation bool

@description('While rows are being restored: the duty keys may open backups, read the log that decides, and put rows back.')
param restore bool

type right = { duty: duty, role: string, account: string, on: string }

// Every duty that answers requests: the gate reads who asks, registers a person it sees for the first time, and every
// duty leaves audit entries and may raise an alert.
var serving = ['ingest', 'access', 'custody', 'disposition', 'keys', 'alerts']

var tableRights = concat(
  flatten(map(serving, d => [
    { duty: d, role: 'rows-read', account: recordsAccount, on: 'Access' }
    { duty: d, role: 'rows-change', account: recordsAccount, on: 'Alerts' }
  ])),
  map(['ingest', 'access', 'disposition', 'alerts'], d => {
    duty: d
    role: 'rows-insert'
    account: recordsAccount
    on: 'Practices'
  }),
  map(['ingest', 'access', 'custody', 'disposition', 'keys', 'audit', 'alerts'], d => {
    duty: d
    role: 'rows-insert'
    account: auditAccount
    on: pendingTable
  }),
  [
    // An upload only inserts: idempotency row, due row, record row.
    { duty: 'ingest', role: 'rows-insert', account: recordsAccount, on: 'Clients' }
    { duty: 'ingest', role: 'rows-insert', account: recordsAccount, on: 'RetentionDue' }
    { duty: 'ingest', role: 'rows-read', account: recordsAccount, on: 'Directory' }
    { duty: 'ingest', role: 'rows-insert', account: recordsAccount, on: 'Quarantine' }

    // Files out of quarantine what only it can open: an upload of its own.
    { duty: 'access', role: 'rows-insert', account: recordsAccount, on: 'Clients' }
    { duty: 'access', role: 'rows-insert', account: recordsAccount, on: 'RetentionDue' }
    { duty: 'access', role: 'rows-change', account: recordsAccount, on: 'Quarantine' }
    { duty: 'access', role: 'rows-read', account: recordsAccount, on: 'Directory' }
    // Grants and disclosures.
    { duty: 'access', role: 'rows-change', account: recordsAccount, on: 'Access' }

    // Holds, facts, relationships, names; holds on a whole practice.
    { duty: 'custody', role: 'rows-change', account: recordsAccount, on: 'Clients' }
    { duty: 'custody', role: 'rows-change', account: recordsAccount, on: 'Directory' }
    { duty: 'custody', role: 'rows-change', account: recordsAccount, on: 'Access' }
    { duty: 'custody', role: 'rows-change', account: recordsAccount, on: 'Practices' }
    { duty: 'custody', role: 'rows-insert-and-drop', account: recordsAccount, on: 'RetentionDue' }

    { duty: 'disposition', role: 'rows-change', account: recordsAccount, on: 'Clients' }
    { duty: 'disposition', role: 'rows-insert-and-drop', account: recordsAccount, on: 'RetentionDue' }
    { duty: 'disposition', role: 'rows-change-and-drop', account: recordsAccount, on: 'Dispositions' }

    // The nightly backup reads what a restore puts back: rows that are not there, and a client row's next version with them.
    { duty: 'keys', role: rotation || restore ? 'rows-change' : 'rows-read', account: recordsAccount, on: 'Clients' }
    { duty: 'keys', role: rotation || restore ? 'rows-change' : 'rows-insert', account: recordsAccount, on: 'Practices' }
    { duty: 'keys', role: rotation ? 'rows-change' : restore ? 'rows-insert' : 'rows-read', account: recordsAccount, on: 'Quarantine' }
    { duty: 'keys', role: restore ? 'rows-insert' : 'rows-read', account: recordsAccount, on: 'Directory' }

    { duty: 'audit', role: 'rows-take', account: auditAccount, on: pendingTable }
    { duty: 'audit', role: 'rows-insert', account: auditAccount, on: indexTable }
    // Entries that were taken away or forged become alerts.
    { duty: 'audit', role: 'rows-change', account: recordsAccount, on: 'Alerts' }

    // Receipts of the accounting's lines. The log has ids and pseudonyms.
    { duty: 'access', role: 'rows-read', account: auditAccount, on: indexTable }
    { duty: 'alerts', role: 'rows-read', account: recordsAccount, on: 'Clients' }
    { duty: 'alerts', role: 'rows-read', account: auditAccount, on: indexTable }
  ],
  restore
    ? [
        { duty: 'keys', role: 'rows-insert', account: recordsAccount, on: 'Access' }
        { duty: 'keys', role: 'rows-read', account: auditAccount, on: indexTable }
      ]
    : []
)

var containerRights = concat(
  [
    { duty: 'ingest', role: 'blobs-write', account: recordsAccount, on: 'records' }
    { duty: 'ingest', role: 'blobs-create', account: slipsAccount, on: 'slips' }
    { duty: 'ingest', role: 'blobs-remove', account: inboxAccount, on: 'inbox' }
    // What its upload SAS may do: create.
    { duty: 'ingest', role: 'blobs-create', account: inboxAccount, on: 'inbox' }

    { duty: 'ingest', role: 'blobs-write', account: recordsAccount, on: 'quarantine' }

    { duty: 'access', role: 'blobs-read', account: recordsAccount, on: 'records' }
    { duty: 'access', role: 'blobs-remove', account: recordsAccount, on: 'quarantine' }
    { duty: 'access', role: 'blobs-write', account: recordsAccount, on: 'records' }
    { duty: 'access', role: 'blobs-create', account: slipsAccount, on: 'slips' }

    // Deletes the current blob; versions and slip backups are beyond its reach.
    { duty: 'disposition', role: 'blobs-remove', account: recordsAccount, on: 'records' }
    { duty: 'disposition', role: 'blobs-read', account: slipsAccount, on: 'slips' }

    { duty: 'keys', role: 'blobs-create', account: slipsAccount, on: 'slips' }

    { duty: 'audit', role: 'blobs-create', account: auditAccount, on: 'tiles' }
    { duty: 'audit', role: 'blobs-read', account: auditAccount, on: 'tiles' }
    { duty: 'audit', role: 'blobs-work', account: auditAccount, on: 'staging' }
    { duty: 'audit', role: 'blobs-replace', account: auditAccount, on: 'head' }

    { duty: 'access', role: 'blobs-read', account: auditAccount, on: 'tiles' }
    { duty: 'access', role: 'blobs-read', account: auditAccount, on: 'head' }
    { duty: 'alerts', role: 'blobs-read', account: auditAccount, on: 'tiles' }
    { duty: 'alerts', role: 'blobs-read', account: auditAccount, on: 'head' }
  ],
  map(logContainers, c => { duty: 'alerts', role: 'blobs-read', account: logsAccount, on: c }),
  restore
    ? [
        { duty: 'keys', role: 'blobs-read', account: slipsAccount, on: 'slips' }
        { duty: 'keys', role: 'blobs-read', account: auditAccount, on: 'tiles' }
        { duty: 'keys', role: 'blobs-read', account: auditAccount, on: 'head' }
      ]
    : []
)

var queueRights = concat(
  map(serving, d => { duty: d, role: 'queue-send', account: recordsAccount, on: 'alerts' }),
  // Who appends wakes the sequencer.
  map(serving, d => { duty: d, role: 'queue-send', account: recordsAccount, on: 'sequence' }),
  [
    { duty: 'ingest', role: 'queue-consume', account: recordsAccount, on: 'inbox' }
    // The hourly look announces again what was lost.
    { duty: 'ingest', role: 'queue-send', account: recordsAccount, on: 'inbox' }
    { duty: 'ingest', role: 'queue-send', account: recordsAccount, on: 'inbox-poison' }
    { duty: 'custody', role: 'queue-consume', account: recordsAccount, on: 'settle' }
    { duty: 'custody', role: 'queue-send', account: recordsAccount, on: 'settle' }
    { duty: 'custody', role: 'queue-send', account: recordsAccount, on: 'settle-poison' }
    { duty: 'disposition', role: 'queue-consume', account: recordsAccount, on: 'sweep' }
    { duty: 'disposition', role: 'queue-send', account: recordsAccount, on: 'sweep' }
    { duty: 'disposition', role: 'queue-send', account: recordsAccount, on: 'sweep-poison' }
    { duty: 'disposition', role: 'queue-consume', account: recordsAccount, on: 'purge' }
    { duty: 'disposition', role: 'queue-send', account: recordsAccount, on: 'purge' }
    { duty: 'disposition', role: 'queue-send', account: recordsAccount, on: 'purge-poison' }
    { duty: 'disposition', role: 'queue-consume', account: recordsAccount, on: 'reconcile' }
    { duty: 'disposition', role: 'queue-send', account: recordsAccount, on: 'reconcile' }
    { duty: 'disposition', role: 'queue-send', account: recordsAccount, on: 'reconcile-poison' }
    { duty: 'keys', role: 'queue-consume', account: recordsAccount, on: 'rotate' }
    { duty: 'keys', role: 'queue-send', account: recordsAccount, on: 'rotate' }
    { duty: 'keys', role: 'queue-send', account: recordsAccount, on: 'rotate-poison' }
    { duty: 'keys', role: 'queue-consume', account: recordsAccount, on: 'backup' }
    { duty: 'keys', role: 'queue-send', account: recordsAccount, on: 'backup' }
    { duty: 'keys', role: 'queue-send', account: recordsAccount, on: 'backup-poison' }
    { duty: 'keys', role: 'queue-consume', account: recordsAccount, on: 'restore' }
    { duty: 'keys', role: 'queue-send', account: recordsAccount, on: 'restore' }
    { duty: 'keys', role: 'queue-send', account: recordsAccount, on: 'restore-poison' }
    { duty: 'audit', role: 'queue-send', account: recordsAccount, on: 'alerts' }
    { duty: 'audit', role: 'queue-consume', account: recordsAccount, on: 'sequence' }
    { duty: 'audit', role: 'queue-send', account: recordsAccount, on: 'sequence' }
    { duty: 'audit', role: 'queue-send', account: recordsAccount, on: 'sequence-poison' }
    { duty: 'alerts', role: 'queue-consume', account: recordsAccount, on: 'alerts' }
    { duty: 'alerts', role: 'queue-send', account: recordsAccount, on: 'alerts-poison' }
  ],
  map(queues, q => { duty: 'alerts', role: 'queue-count', account: recordsAccount, on: '${q}-poison' }),
  // What was confirmed is settled as any change is that spans clients.
  restore ? [{ duty: 'keys', role: 'queue-send', account: recordsAccount, on: 'settle' }] : []
)

var accountRights = [{ duty: 'ingest', role: 'blobs-delegate', account: inboxAccount, on: '' }]

var perPractice = concat(
  [
    { duty: 'ingest', role: 'key-unwrap', key: 'index' }
    { duty: 'access', role: 'key-unwrap', key: 'index' }
    { duty: 'custody', role: 'key-unwrap', key: 'index' }
    // The one right that opens records.
    { duty: 'access', role: 'key-unwrap', key: 'content' }
  ],
  rotation
    ? [
        { duty: 'keys', role: 'key-unwrap', key: 'index' }
        { duty: 'keys', role: 'key-unwrap', key: 'content' }
        { duty: 'keys', role: 'key-rotate', key: 'index' }
        { duty: 'keys', role: 'key-rotate', key: 'content' }
      ]
    : []
)

var keyRights = concat(
  [
    { duty: 'disposition', role: 'key-sign', account: vaultName, on: deploymentKeys.certificates }
    { duty: 'audit', role: 'key-sign', account: vaultName, on: deploymentKeys.checkpoints }
    { duty: 'audit', role: 'key-read', account: vaultName, on: deploymentKeys.checkpoints }
  ],
  restore ? [{ duty: 'keys', role: 'key-unwrap', account: vaultName, on: deploymentKeys.slipBackup }] : []
)

// Public halves are no secret, and one assignment here replaces several a practice (docs/capacity.md).
var vaultRights = map(['ingest', 'access', 'custody', 'keys'], d => { duty: d, role: 'key-read', account: vaultName, on: '' })

// An app of several duties needs a right that two of them name only once.
func of(rights right[], duties duty[]) right[] =>
  map(union(map(filter(rights, r => contains(duties, r.duty)), r => '${r.role} ${r.account} ${r.on}'), []), s => { duty: duties[0], role: split(s, ' ')[0], account: split(s, ' ')[1], on: split(s, ' ')[2] })

var myTables = of(tableRights, duties)
var myContainers = of(containerRights, duties)
var myQueues = of(queueRights, duties)
var myAccounts = of(accountRights, duties)
var myKeys = of(keyRights, duties)
var myVault = of(vaultRights, duties)

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' existing = [
  for r in myTables: { name: '${r.account}/default/${r.on}' }
]

resource onTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (r, i) in myTables: {
    scope: table[i]
    name: guid(table[i].id, appName, r.role)
    properties: assignment(resourceGroup().id, prefix, appName, principalId, r.role)
  }
]

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = [
  for r in myContainers: { name: '${r.account}/default/${r.on}' }
]

resource onContainers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (r, i) in myContainers: {
    scope: container[i]
    name: guid(container[i].id, appName, r.role)
    properties: assignment(resourceGroup().id, prefix, appName, principalId, r.role)
  }
]

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = [
  for r in myQueues: { name: '${r.account}/default/${r.on}' }
]

resource onQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (r, i) in myQueues: {
    scope: queue[i]
    name: guid(queue[i].id, appName, r.role)
    properties: assignment(resourceGroup().id, prefix, appName, principalId, r.role)
  }
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = [for r in myAccounts: { name: r.account }]

resource onAccounts 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (r, i) in myAccounts: {
    scope: account[i]
    name: guid(account[i].id, appName, r.role)
    properties: assignment(resourceGroup().id, prefix, appName, principalId, r.role)
  }
]

resource key 'Microsoft.KeyVault/vaults/keys@2024-11-01' existing = [for r in myKeys: { name: '${r.account}/${r.on}' }]

resource onKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (r, i) in myKeys: {
    scope: key[i]
    name: guid(key[i].id, appName, r.role)
    properties: assignment(resourceGroup().id, prefix, appName, principalId, r.role)
  }
]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource onVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for r in myVault: {
    scope: vault
    name: guid(vault.id, appName, r.role)
    properties: assignment(resourceGroup().id, prefix, appName, principalId, r.role)
  }
]

// The same rights on every practice's own two keys. Of two duties in one app that have a right, one is enough.
var myPerPractice = map(union(map(filter(perPractice, r => contains(duties, r.duty)), r => '${r.role} ${r.key}'), []), s => { role: split(s, ' ')[0], key: split(s, ' ')[1] })

module onPracticeKeys 'practice-rights.bicep' = [
  for i in range(0, (length(practices) + practicesAtOnce - 1) / practicesAtOnce): if (!empty(myPerPractice)) {
    name: 'rights-${appName}-${i}'
    params: {
      prefix: prefix
      appName: appName
      principalId: principalId
      vaultName: vaultName
      rights: myPerPractice
      practices: take(skip(practices, i * practicesAtOnce), practicesAtOnce)
    }
  }
]
