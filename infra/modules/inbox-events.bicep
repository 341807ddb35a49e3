// Tells the inbox queue of each file that has arrived. A message is a hint: ingest looks at the file itself.
import { roleId } from 'names.bicep'

param prefix string
param location string
param tags object
param inboxAccountName string
param queueAccountName string

resource inbox 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: inboxAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = {
      name: 'inbox-dead-letters'
    }
  }
}

resource queues 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: queueAccountName

  resource service 'queueServices' existing = {
    name: 'default'

    resource inboxQueue 'queues' existing = {
      name: 'inbox'
    }
  }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: '${prefix}-inbox'
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: inbox.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource maySend 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queues::service::inboxQueue
  name: guid(queues::service::inboxQueue.id, topic.id, 'queue-send')
  properties: {
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleId(resourceGroup().id, prefix, 'queue-send')
    )
    description: 'events: announces files in the inbox'
  }
}

resource mayBury 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: inbox::blobs::deadLetters
  name: guid(inbox::blobs::deadLetters.id, topic.id, 'blobs-write')
  properties: {
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleId(resourceGroup().id, prefix, 'blobs-write')
    )
    description: 'events: keeps announcements that could not be delivered'
  }
}

resource arrivals 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'arrivals'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    deliveryWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      destination: {
        endpointType: 'StorageQueue'
        properties: {
          resourceId: queues.id
          queueName: queues::service::inboxQueue.name
          queueMessageTimeToLiveInSeconds: -1 // messages never expire
        }
      }
    }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: { resourceId: inbox.id, blobContainerName: inbox::blobs::deadLetters.name }
      }
    }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/inbox/blobs/'
      isSubjectCaseSensitive: true
      enableAdvancedFilteringOnArrays: false
      // The calls that finish a file. CopyBlob is not among them: it announces a copy that has only begun.
      advancedFilters: [
        {
          operatorType: 'StringIn'
          key: 'data.api'
          values: ['PutBlob', 'PutBlockList', 'FlushWithClose', 'SftpCommit']
        }
      ]
    }
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
  }
  dependsOn: [maySend, mayBury]
}

output topicId string = topic.id
