// What one app may do with the keys of each of some practices: rights on single keys, never on the vault.
import { assignment } from 'names.bicep'

param prefix string
param appName string
param principalId string
param vaultName string
param practices string[]
param rights { role: string, key: string }[]

var all = flatten(map(practices, p => map(rights, r => { role: r.role, key: '${p}-${r.key}' })))

resource key 'Microsoft.KeyVault/vaults/keys@2024-11-01' existing = [for r in all: { name: '${vaultName}/${r.key}' }]

resource onKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (r, i) in all: {
    scope: key[i]
    name: guid(key[i].id, appName, r.role)
    properties: assignment(resourceGroup().id, prefix, appName, principalId, r.role)
  }
]
