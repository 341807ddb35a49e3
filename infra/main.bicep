// RecordsGuard in one resource group of one subscription. docs/architecture.md has the picture, infra/README.md says how
// to deploy it and what nobody has verified yet.
targetScope = 'subscription'

import { app, indexTable, logContainers, pendingTable, queues, tables } from 'modules/names.bicep'

@description('Part of every name.')
@minLength(2)
@maxLength(6)
param prefix string

param location string

@description('The environment\'s name, as azd calls it.')
param environmentName string

@description('Ids of the practices: 2 to 24 of a-z, 0-9 and inner hyphens. Each gets its two keys here.')
param practices string[]

@description('Which apps there are and which duties each does. Every duty in exactly one app.')
param apps app[]

@description('Front Door before the apps. Needed as soon as the duties that serve HTTP are in more than one app.')
param frontDoor bool

param frontDoorSku ('Standard_AzureFrontDoor' | 'Premium_AzureFrontDoor') = 'Standard_AzureFrontDoor'

@description('Private endpoints instead of service endpoints for accounts and vault.')
param privateEndpoints bool

@description('Redundancy of what is kept.')
param redundancy ('Standard_LRS' | 'Standard_ZRS' | 'Standard_GZRS' | 'Standard_RAGZRS') = 'Standard_ZRS'

@description('Redundancy of hosts, packages and inbox.')
param scratchRedundancy ('Standard_LRS' | 'Standard_ZRS') = 'Standard_LRS'

@description('Keys in the HSM.')
param hsmKeys bool

@description('Public addresses or ranges that files may be sent to the inbox from.')
param inboxAddresses string[] = []

@description('Public addresses that packages are published from and that an operator works from. Empty when all is done.')
param operatorAddresses string[] = []

@description('Object ids of who deploys and administers: changes of resources by them are quiet, unless they weaken something.')
param operators string[] = []

@description('What tokens must be issued for.')
param audience string

@description('Security staff.')
param alertEmails string[]

@description('Where alerts are posted. Empty: nowhere.')
@secure()
param alertWebhook string = ''

@description('Origins of browsers that may call.')
param corsOrigins string[] = []

@description('Days that the audit log cannot be altered or removed from.')
param logDays int = 3650

@description('Days that exported resource logs are kept, and cannot be altered.')
param resourceLogDays int = 730

@description('True only while keys are rotated: duty keys may then unwrap and renew them.')
param rotation bool = false

@description('True only while rows are restored from slip backups.')
param restore bool = false

@description('Export the Activity log of the subscription. Off where a central team does it already.')
param activityLog bool = true

@description('Days that an announcement nobody could be told of is kept.')
param deadLetterDays int = 14

// What a certificate of destruction counts on (Certificate.UndoWindowDays): at most so many days after a purge no copy
// is left. Soft delete and the immutability of slip backups last lifecycleLagDays less, because a lifecycle rule runs
// once a day and may be late.
var undoWindowDays = 35
var lifecycleLagDays = 4
var copyDays = undoWindowDays - lifecycleLagDays

var suffix = take(uniqueString(subscription().id, environmentName, prefix), 5)
var groupName = 'rg-${prefix}-${environmentName}'
var networkName = '${prefix}-network'
var names = {
  records: '${prefix}records${suffix}'
  slips: '${prefix}slips${suffix}'
  audit: '${prefix}audit${suffix}'
  inbox: '${prefix}inbox${suffix}'
  logs: '${prefix}logs${suffix}'
  deploy: '${prefix}deploy${suffix}'
  vault: '${prefix}-vault-${suffix}'
  insights: '${prefix}-insights'
  frontDoor: '${prefix}-door'
}
var tags = { 'azd-env-name': environmentName, product: 'recordsguard' }

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: groupName
  location: location
  tags: tags
}

module network 'modules/network.bicep' = {
  scope: group
  name: 'network'
  params: {
    name: networkName
    location: location
    tags: tags
    apps: map(apps, a => a.name)
    privateEndpoints: privateEndpoints
  }
}

// With private endpoints the accounts know no subnet: everything comes through the endpoints.
var appSubnetIds = [
  for a in apps: resourceId(
    subscription().subscriptionId,
    groupName,
    'Microsoft.Network/virtualNetworks/subnets',
    networkName,
    a.name
  )
]
var subnetIds = privateEndpoints ? [] : appSubnetIds

module monitor 'modules/monitor.bicep' = {
  scope: group
  name: 'monitor'
  params: {
    prefix: prefix
    insightsName: names.insights
    location: location
    tags: tags
    alertEmails: alertEmails
  }
}

module logs 'modules/storage.bicep' = {
  scope: group
  name: 'logs'
  params: {
    name: names.logs
    location: location
    tags: tags
    sku: redundancy
    containers: map(logContainers, c => { name: c, immutableDays: resourceLogDays, appendable: true })
    rules: [
      {
        name: 'expire'
        enabled: true
        type: 'Lifecycle'
        definition: {
          filters: { blobTypes: ['appendBlob'] }
          actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: resourceLogDays } } }
        }
      }
    ]
    subnetIds: subnetIds
    addresses: operatorAddresses
    bypass: 'AzureServices, Logging, Metrics'
    workspaceId: monitor.outputs.workspaceId
    lock: true
  }
  dependsOn: [network]
}

// Sealed records, all rows, all queues.
module records 'modules/storage.bicep' = {
  scope: group
  name: 'records'
  params: {
    name: names.records
    location: location
    tags: tags
    sku: redundancy
    containers: [{ name: 'records' }, { name: 'quarantine' }]
    tables: tables
    queues: concat(queues, map(queues, q => '${q}-poison'))
    versioning: true
    softDeleteDays: copyDays
    // The undo window. A version keeps the age of its blob, so it is not counted from the purge: at its next run the
    // rule turns what a purge left behind into a soft-deleted version, and soft delete counts the days.
    rules: [
      {
        name: 'undo-window'
        enabled: true
        type: 'Lifecycle'
        definition: {
          filters: { blobTypes: ['blockBlob'], prefixMatch: ['records/', 'quarantine/'] }
          actions: { version: { delete: { daysAfterCreationGreaterThan: 0 } } }
        }
      }
    ]
    subnetIds: subnetIds
    bypass: 'AzureServices' // Event Grid, to the inbox queue
    logsAccountId: logs.outputs.id
    lock: true
  }
  dependsOn: [network]
}

module slips 'modules/storage.bicep' = {
  scope: group
  name: 'slips'
  params: {
    name: names.slips
    location: location
    tags: tags
    sku: redundancy
    containers: [{ name: 'slips', immutableDays: copyDays }]
    // No soft delete and no versions here: they would outlive the undo window.
    rules: [
      {
        name: 'expire'
        enabled: true
        type: 'Lifecycle'
        definition: {
          filters: { blobTypes: ['blockBlob'], prefixMatch: ['slips/'] }
          actions: { baseBlob: { delete: { daysAfterCreationGreaterThan: copyDays } } }
        }
      }
    ]
    subnetIds: subnetIds
    logsAccountId: logs.outputs.id
    lock: true
  }
  dependsOn: [network]
}

module audit 'modules/storage.bicep' = {
  scope: group
  name: 'audit'
  params: {
    name: names.audit
    location: location
    tags: tags
    sku: redundancy
    containers: [
      { name: 'tiles', immutableDays: logDays }
      { name: 'staging' }
      { name: 'head' }
    ]
    tables: [pendingTable, indexTable]
    versioning: true
    softDeleteDays: copyDays
    // The head is written once a second at most: its old versions would pile up.
    rules: [
      {
        name: 'old-heads'
        enabled: true
        type: 'Lifecycle'
        definition: {
          filters: { blobTypes: ['blockBlob'], prefixMatch: ['head/', 'staging/'] }
          actions: { version: { delete: { daysAfterCreationGreaterThan: copyDays } } }
        }
      }
    ]
    subnetIds: subnetIds
    logsAccountId: logs.outputs.id
    lock: true
  }
  dependsOn: [network]
}

// Plaintext rests here until it is sealed: no version, no soft delete, no backup, no lock.
module inbox 'modules/storage.bicep' = {
  scope: group
  name: 'inbox'
  params: {
    name: names.inbox
    location: location
    tags: tags
    sku: scratchRedundancy
    containers: [{ name: 'inbox' }, { name: 'inbox-dead-letters' }]
    rules: [
      {
        name: 'dead-letters'
        enabled: true
        type: 'Lifecycle'
        definition: {
          filters: { blobTypes: ['blockBlob', 'appendBlob'], prefixMatch: ['inbox-dead-letters/'] }
          actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: deadLetterDays } } }
        }
      }
    ]
    subnetIds: subnetIds
    addresses: inboxAddresses
    bypass: 'AzureServices' // Event Grid, to the dead letters
    logsAccountId: logs.outputs.id
  }
  dependsOn: [network]
}

// Packages, a container an app.
module deploy 'modules/storage.bicep' = {
  scope: group
  name: 'deploy'
  params: {
    name: names.deploy
    location: location
    tags: tags
    sku: scratchRedundancy
    containers: map(apps, a => { name: a.name })
    versioning: true
    softDeleteDays: copyDays
    subnetIds: subnetIds
    addresses: operatorAddresses
    logsAccountId: logs.outputs.id
  }
  dependsOn: [network]
}

module vault 'modules/vault.bicep' = {
  scope: group
  name: 'vault'
  params: {
    name: names.vault
    location: location
    tags: tags
    practices: practices
    hsmKeys: hsmKeys
    subnetIds: subnetIds
    addresses: operatorAddresses
    logsAccountId: logs.outputs.id
  }
  dependsOn: [network]
}

module privateAccess 'modules/private-endpoints.bicep' = if (privateEndpoints) {
  scope: group
  name: 'private-endpoints'
  params: {
    prefix: prefix
    location: location
    tags: tags
    networkId: network.outputs.id
    subnetId: network.outputs.endpointSubnetId
    vaultId: vault.outputs.id
    vaultName: names.vault
    accounts: concat([
      { name: names.records, id: records.outputs.id, services: ['blob', 'queue', 'table'] }
      { name: names.slips, id: slips.outputs.id, services: ['blob'] }
      { name: names.audit, id: audit.outputs.id, services: ['blob', 'table'] }
      { name: names.inbox, id: inbox.outputs.id, services: ['blob'] }
      { name: names.logs, id: logs.outputs.id, services: ['blob'] }
      { name: names.deploy, id: deploy.outputs.id, services: ['blob'] }
    ])
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  name: 'roles'
  params: { prefix: prefix }
}

module frontDoorProfile 'modules/front-door-profile.bicep' = if (frontDoor) {
  scope: group
  name: 'front-door-profile'
  params: { name: names.frontDoor, tags: tags, sku: frontDoorSku, workspaceId: monitor.outputs.workspaceId }
}

var storage = az.environment().suffixes.storage
var settings = {
  RecordsGuard__Identity__Audience: audience
  RecordsGuard__Storage__Records: 'https://${names.records}.blob.${storage}'
  RecordsGuard__Storage__Slips: 'https://${names.slips}.blob.${storage}'
  RecordsGuard__Storage__Inbox: 'https://${names.inbox}.blob.${storage}'
  RecordsGuard__Storage__Rows: 'https://${names.records}.table.${storage}'
  RecordsGuard__Storage__Audit: 'https://${names.audit}.table.${storage}'
  RecordsGuard__Storage__Tree: 'https://${names.audit}.blob.${storage}'
  // Never to be changed: it is the first line of every checkpoint.
  RecordsGuard__Log__Origin: '${names.audit}.recordsguard/log'
  RecordsGuard__Storage__Queues: 'https://${names.records}.queue.${storage}'
  RecordsGuard__Storage__ResourceLogs: 'https://${names.logs}.blob.${storage}'
  RecordsGuard__Vault__Uri: vault.outputs.uri
  RecordsGuardQueues__queueServiceUri: 'https://${names.records}.queue.${storage}'
}

module identities 'modules/identity.bicep' = [
  for a in apps: {
    scope: group
    name: 'identity-${a.name}'
    params: { prefix: prefix, appName: a.name, location: location, tags: tags }
  }
]

module functionApps 'modules/app.bicep' = [
  for (a, i) in apps: {
    scope: group
    name: 'app-${a.name}'
    params: {
      prefix: prefix
      suffix: suffix
      location: location
      tags: tags
      app: a
      sku: scratchRedundancy
      subnetId: appSubnetIds[i]
      deployAccountName: names.deploy
      logsAccountId: logs.outputs.id
      insightsName: names.insights
      settings: settings
      postsAlerts: contains(a.duties, 'alerts') && !empty(alertWebhook)
      alertWebhook: alertWebhook
      identities: {
        ingest: identities[indexOf(map(apps, b => contains(b.duties, 'ingest')), true)].outputs.principalId
        access: identities[indexOf(map(apps, b => contains(b.duties, 'access')), true)].outputs.principalId
        custody: identities[indexOf(map(apps, b => contains(b.duties, 'custody')), true)].outputs.principalId
        disposition: identities[indexOf(map(apps, b => contains(b.duties, 'disposition')), true)].outputs.principalId
        keys: identities[indexOf(map(apps, b => contains(b.duties, 'keys')), true)].outputs.principalId
        audit: identities[indexOf(map(apps, b => contains(b.duties, 'audit')), true)].outputs.principalId
        alerts: identities[indexOf(map(apps, b => contains(b.duties, 'alerts')), true)].outputs.principalId
      }
      packages: [for (b, j) in apps: identities[j].outputs.deployPrincipalId]
      operators: operators
      behindFrontDoor: frontDoor
      frontDoorId: frontDoor ? frontDoorProfile!.outputs.frontDoorId : ''
      corsOrigins: corsOrigins
    }
    dependsOn: [network, deploy, identities]
  }
]

module rights 'modules/rights.bicep' = [
  for (a, i) in apps: {
    scope: group
    name: 'rights-${a.name}'
    params: {
      prefix: prefix
      appName: a.name
      duties: a.duties
      principalId: identities[i].outputs.principalId
      recordsAccount: names.records
      slipsAccount: names.slips
      auditAccount: names.audit
      inboxAccount: names.inbox
      logsAccount: names.logs
      vaultName: names.vault
      practices: practices
      rotation: rotation
      restore: restore
    }
    dependsOn: [roles, records, slips, audit, inbox]
  }
]

module inboxEvents 'modules/inbox-events.bicep' = {
  scope: group
  name: 'inbox-events'
  params: {
    prefix: prefix
    location: location
    tags: tags
    inboxAccountName: names.inbox
    queueAccountName: names.records
  }
  dependsOn: [roles, inbox, records]
}

var serving = ['ingest', 'access', 'custody', 'disposition', 'keys', 'alerts']

module frontDoorRoutes 'modules/front-door.bicep' = if (frontDoor) {
  scope: group
  name: 'front-door'
  params: {
    prefix: prefix
    profileName: names.frontDoor
    origins: [
      for duty in serving: {
        duty: duty
        hostName: functionApps[indexOf(map(apps, a => contains(a.duties, duty)), true)].outputs.hostName
      }
    ]
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  name: 'alerts'
  params: {
    prefix: prefix
    location: location
    tags: tags
    insightsId: monitor.outputs.insightsId
    vaultId: vault.outputs.id
    inboxTopicId: inboxEvents.outputs.topicId
    actionGroupId: monitor.outputs.actionGroupId
  }
}

module activity 'modules/activity-log.bicep' = if (activityLog) {
  name: 'activity-${prefix}'
  params: { prefix: prefix, logsAccountId: logs.outputs.id }
}

output AZURE_RESOURCE_GROUP string = group.name
output BASE_ADDRESS string = frontDoor
  ? frontDoorRoutes!.outputs.address
  : 'https://${functionApps[0].outputs.hostName}'
output VAULT_URI string = vault.outputs.uri
