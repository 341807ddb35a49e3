// The two key encryption keys of each of some practices.
import { kek } from 'names.bicep'

param vaultName string
param practices string[]
param hsmKeys bool

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

@batchSize(10) // Key Vault makes ten HSM keys in ten seconds.
resource keys 'Microsoft.KeyVault/vaults/keys@2024-11-01' = [
  for k in flatten(map(practices, p => ['${p}-content', '${p}-index'])): {
    parent: vault
    name: k
    properties: kek(hsmKeys)
  }
]
