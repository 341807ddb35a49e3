// A group of practices: an app and an identity for each duty, Front Door, private endpoints, keys in the HSM.
using 'main.bicep'

param prefix = 'rg'
param environmentName = 'group'
param location = 'westeurope'
param practices = ['north', 'south', 'harbour-clinic']
param apps = [
  { name: 'ingest', duties: ['ingest'], alwaysReady: 1, maximumInstances: 100 }
  { name: 'access', duties: ['access'], alwaysReady: 2, maximumInstances: 100 }
  { name: 'custody', duties: ['custody'] }
  { name: 'disposition', duties: ['disposition'] }
  { name: 'keys', duties: ['keys'] }
  { name: 'audit', duties: ['audit'] }
  { name: 'alerts', duties: ['alerts'], alwaysReady: 1 }
]
param frontDoor = true
param frontDoorSku = 'Premium_AzureFrontDoor'
param privateEndpoints = true
param hsmKeys = true
param redundancy = 'Standard_GZRS'
param scratchRedundancy = 'Standard_ZRS'
param audience = 'api://recordsguard'
param alertEmails = ['security@group.example', 'on-call@group.example']
