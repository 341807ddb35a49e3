// Custom roles, where built-in ones are wider. Each is what one kind of call needs, as "Permissions for calling data
// operations" of the storage services and Key Vault's list of data actions name it. None deletes a table, a container,
// a queue, a version of a blob or a key; none reads account keys; none changes an immutability policy.
import { roleId } from 'names.bicep'

param prefix string

var rows = 'Microsoft.Storage/storageAccounts/tableServices/tables/entities'
var blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs'
var queues = 'Microsoft.Storage/storageAccounts/queueServices/queues'
var keys = 'Microsoft.KeyVault/vaults/keys'

var roles = {
  'rows-read': { actions: [], dataActions: ['${rows}/read'] }
  // Also reads: a repeated insert must see whether the row there is its own.
  'rows-insert': { actions: [], dataActions: ['${rows}/read', '${rows}/add/action'] }
  'rows-change': { actions: [], dataActions: ['${rows}/read', '${rows}/add/action', '${rows}/update/action'] }
  'rows-change-and-drop': {
    actions: []
    dataActions: ['${rows}/read', '${rows}/add/action', '${rows}/update/action', '${rows}/delete']
  }
  'rows-insert-and-drop': { actions: [], dataActions: ['${rows}/read', '${rows}/add/action', '${rows}/delete'] }
  // The sequencer takes entries into the log and clears them away; it cannot alter one.
  'rows-take': { actions: [], dataActions: ['${rows}/read', '${rows}/delete'] }

  'blobs-read': { actions: [], dataActions: ['${blobs}/read'] }
  // Put Blob of a name that does not exist yet, and nothing else.
  'blobs-create': { actions: [], dataActions: ['${blobs}/add/action'] }
  // Put Block and Put Block List have no create-only action: what is overwritten lives on as a version.
  'blobs-write': { actions: [], dataActions: ['${blobs}/add/action', '${blobs}/write'] }
  'blobs-remove': { actions: [], dataActions: ['${blobs}/read', '${blobs}/delete'] }
  'blobs-replace': { actions: [], dataActions: ['${blobs}/read', '${blobs}/add/action', '${blobs}/write'] }
  'blobs-work': {
    actions: []
    dataActions: ['${blobs}/read', '${blobs}/add/action', '${blobs}/write', '${blobs}/delete']
  }
  // Signs upload SAS, which then may do at most what the identity itself may.
  'blobs-delegate': {
    actions: ['Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action']
    dataActions: []
  }

  'queue-send': { actions: [], dataActions: ['${queues}/messages/add/action'] }
  'queue-count': { actions: ['${queues}/read'], dataActions: [] }
  // write renews the lease of a message that takes long.
  'queue-consume': {
    actions: ['${queues}/read']
    dataActions: ['${queues}/messages/read', '${queues}/messages/process/action', '${queues}/messages/write']
  }

  'key-read': { actions: [], dataActions: ['${keys}/read'] }
  'key-unwrap': { actions: [], dataActions: ['${keys}/unwrap/action'] }
  'key-sign': { actions: [], dataActions: ['${keys}/sign/action'] }
  // A new version, and switching the old one off.
  'key-rotate': {
    actions: []
    dataActions: ['${keys}/read', '${keys}/rotate/action', '${keys}/update/action']
  }
}

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for r in items(roles): {
    name: roleId(resourceGroup().id, prefix, r.key)
    properties: {
      roleName: 'RecordsGuard ${prefix} ${r.key} (${uniqueString(resourceGroup().id)})'
      description: 'RecordsGuard: ${r.key}'
      type: 'CustomRole'
      permissions: [
        { actions: r.value.actions, notActions: [], dataActions: r.value.dataActions, notDataActions: [] }
      ]
      assignableScopes: [resourceGroup().id]
    }
  }
]
