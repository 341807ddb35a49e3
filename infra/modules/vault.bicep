// The vault and every key in it. Keys are made here, so that no identity of the program may create one.
import { deploymentKeys, kek, practicesAtOnce } from 'names.bicep'

@maxLength(24)
param name string
param location string
param tags object
param practices string[]

@description('Keys in the HSM rather than in software: half the throughput (docs/capacity.md).')
param hsmKeys bool
param subnetIds string[]
param addresses string[]
param logsAccountId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'premium' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: 'Enabled' // for the selected networks below only
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: 'Deny'
      ipRules: [for address in addresses: { value: address }]
      virtualNetworkRules: [for (s, i) in subnetIds: { id: subnetIds[i] }]
    }
  }
}

var signer = {
  attributes: { enabled: true, exportable: false }
  kty: hsmKeys ? 'EC-HSM' : 'EC'
  curveName: 'P-256'
  keyOps: ['sign', 'verify']
}

// Deploying again leaves a key that exists as it is: Azure makes no new version of it. A template holds at most 800
// resources: hence so many practices at a time.
module practiceKeys 'practice-keys.bicep' = [
  for i in range(0, (length(practices) + practicesAtOnce - 1) / practicesAtOnce): {
    name: 'practice-keys-${i}'
    params: {
      vaultName: vault.name
      hsmKeys: hsmKeys
      practices: take(skip(practices, i * practicesAtOnce), practicesAtOnce)
    }
  }
]

resource slipBackup 'Microsoft.KeyVault/vaults/keys@2024-11-01' = {
  parent: vault
  name: deploymentKeys.slipBackup
  properties: kek(hsmKeys)
}

resource certificates 'Microsoft.KeyVault/vaults/keys@2024-11-01' = {
  parent: vault
  name: deploymentKeys.certificates
  properties: signer
}

resource checkpoints 'Microsoft.KeyVault/vaults/keys@2024-11-01' = {
  parent: vault
  name: deploymentKeys.checkpoints
  properties: signer
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'recordsguard'
  properties: { storageAccountId: logsAccountId, logs: [{ category: 'AuditEvent', enabled: true }] }
}

resource deleteLock 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: vault
  name: 'never-delete'
  properties: { level: 'CanNotDelete', notes: 'Without its keys no record can be read again.' }
}

output id string = vault.id
output uri string = 'https://${vault.name}${environment().suffixes.keyvaultDns}'
