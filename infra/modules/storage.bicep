// One storage account, hardened the same way everywhere: no shared keys, no anonymous reading, TLS 1.2 or newer, closed
// to the internet but for what is listed, every call to its data planes in a resource log.
@minLength(3)
@maxLength(24)
param name string
param location string
param tags object
param sku string

@export()
type container = {
  name: string
  @description('Nothing can be overwritten or deleted for so many days after it was written. Left out: no such policy.')
  immutableDays: int?
  @description('Append blobs may still be appended to while immutable: Azure Monitor writes its logs so.')
  appendable: bool?
}

param containers container[] = []
param tables string[] = []
param queues string[] = []

@description('Overwritten and deleted blobs live on as versions.')
param versioning bool = false

@description('Days for which deleted blobs, and versions that a lifecycle rule deleted, can be brought back. 0: none.')
param softDeleteDays int = 0

@description('Lifecycle rules of the platform.')
param rules object[] = []

param subnetIds string[] = []
param addresses string[] = []

@description('Platform services that pass the firewall under their own identity.')
param bypass string = 'None'

@description('Account that the resource logs go to. Empty: to the workspace.')
param logsAccountId string = ''
param workspaceId string = ''
param lock bool = false

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isHnsEnabled: false
    isLocalUserEnabled: false
    isNfsV3Enabled: false
    isSftpEnabled: false
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: 'Enabled' // for the selected networks below only
    supportsHttpsTrafficOnly: true
    encryption: {
      keySource: 'Microsoft.Storage'
      requireInfrastructureEncryption: true
      services: {
        blob: { enabled: true, keyType: 'Account' }
        queue: { enabled: true, keyType: 'Account' }
        table: { enabled: true, keyType: 'Account' }
      }
    }
    networkAcls: {
      bypass: bypass
      defaultAction: 'Deny'
      ipRules: [for address in addresses: { value: address, action: 'Allow' }]
      virtualNetworkRules: [for (s, i) in subnetIds: { id: subnetIds[i], action: 'Allow' }]
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: versioning
    changeFeed: { enabled: false }
    deleteRetentionPolicy: softDeleteDays > 0
      ? { enabled: true, days: softDeleteDays, allowPermanentDelete: false }
      : { enabled: false, allowPermanentDelete: false }
    containerDeleteRetentionPolicy: softDeleteDays > 0 ? { enabled: true, days: softDeleteDays } : { enabled: false }
  }
}

resource container_ 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for c in containers: {
    parent: blobs
    name: c.name
    properties: { publicAccess: 'None' }
  }
]

// Unlocked until an operator locks it (infra/README.md): only then can nobody at all shorten it.
resource immutability 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-06-01' = [
  for (c, i) in containers: if (c.?immutableDays != null) {
    parent: container_[i]
    name: 'default'
    properties: {
      immutabilityPeriodSinceCreationInDays: c.?immutableDays
      allowProtectedAppendWrites: c.?appendable ?? false
    }
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for q in queues: {
    parent: queueService
    name: q
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for t in tables: {
    parent: tableService
    name: t
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = if (!empty(rules)) {
  parent: account
  name: 'default'
  properties: { policy: { rules: rules } }
  dependsOn: [blobs]
}

var logs = [
  { category: 'StorageRead', enabled: true }
  { category: 'StorageWrite', enabled: true }
  { category: 'StorageDelete', enabled: true }
]

// An account's log cannot go to the account itself: the logs account's own goes to the workspace.
var destination = empty(logsAccountId) ? { workspaceId: workspaceId } : { storageAccountId: logsAccountId }

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobs
  name: 'recordsguard'
  properties: union(destination, { logs: logs })
}

resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: queueService
  name: 'recordsguard'
  properties: union(destination, { logs: logs })
}

resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: tableService
  name: 'recordsguard'
  properties: union(destination, { logs: logs })
}

resource deleteLock 'Microsoft.Authorization/locks@2020-05-01' = if (lock) {
  scope: account
  name: 'never-delete'
  properties: { level: 'CanNotDelete', notes: 'What is in here is kept for as long as the law says.' }
}

output id string = account.id
output name string = account.name
